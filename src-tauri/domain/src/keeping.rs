//! What is kept of an account whatever becomes of its access, as a list that can be proved afterwards.

use crate::Timestamp;

/// One kind of thing that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeptPart {
    /// Media items.
    Media,
    /// Lines of the journal.
    History,
    /// The person's label.
    Label,
    /// The person's notes.
    Notes,
    /// What was said about two-factor authentication.
    TwoFactor,
    /// What was ticked on the checklist.
    Checklist,
}

impl KeptPart {
    /// Every part.
    pub const ALL: [Self; 6] = [
        Self::Media,
        Self::History,
        Self::Label,
        Self::Notes,
        Self::TwoFactor,
        Self::Checklist,
    ];

    /// The identifier used in the database and the window.
    pub fn code(self) -> &'static str {
        match self {
            Self::Media => "media",
            Self::History => "history",
            Self::Label => "label",
            Self::Notes => "notes",
            Self::TwoFactor => "two_factor",
            Self::Checklist => "checklist",
        }
    }

    /// Reads an identifier made by [`KeptPart::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.code() == code)
    }
}

/// One line of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLine {
    /// What.
    pub part: KeptPart,
    /// How many: items or lines; 1 or 0 for what is there once.
    pub count: u64,
    /// SHA-256 of its content in the store's canonical form (FIPS 180-4).
    pub digest: [u8; 32],
}

/// Everything that is kept of an account at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// When it was taken.
    pub taken_at: Timestamp,
    /// One line for each [`KeptPart`], in their order.
    pub lines: Vec<KeptLine>,
}

impl Manifest {
    /// The parts whose content differs from `before`: what a receipt has to name.
    pub fn differs_from(&self, before: &Self) -> Vec<KeptPart> {
        let of = |manifest: &Self, part| manifest.lines.iter().find(|it| it.part == part).cloned();
        KeptPart::ALL
            .into_iter()
            .filter(|part| of(self, *part) != of(before, *part))
            .collect()
    }
}
