//! What commands give back.

use serde::Serialize;

use super::ErrorCode;
use crate::view::{
    AppCheckView, EntryView, ExplainedView, GapView, ImportedView, ManifestView, MediaPage,
    ReceiptView, RunwayView, Snapshot,
};

/// What a command gives back.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Reply {
    /// It was accepted.
    Done {},
    /// A page of the whole picture.
    Snapshot(Box<Snapshot>),
    /// Lines of the journal.
    History(Vec<EntryView>),
    /// The way of an account's access.
    Runway(Box<RunwayView>),
    /// What errors mean.
    Explained(Vec<ExplainedView>),
    /// What is kept.
    Manifest(ManifestView),
    /// What came back; `None` where the account was never deleted and added again.
    Receipt(Option<Box<ReceiptView>>),
    /// A page of media.
    Media(MediaPage),
    /// What happened in between; `None` where access was never gone.
    Gap(Option<Box<GapView>>),
    /// What happened in between, as a file.
    GapCsv {
        /// What the file is called.
        name: String,
        /// What is in it.
        csv: String,
    },
    /// What a Meta app was found to be.
    AppCheck(Box<AppCheckView>),
    /// What became of each line.
    Imported(Vec<ImportedView>),
    /// The consent address, for a person without a browser here. It holds the state of the attempt.
    ConsentAddress {
        /// The address.
        consent_address: String,
    },
}

/// One accessor for each kind of reply: the caller knows which its command has, and any other is a fault of ours.
macro_rules! accessors {
    ($($name:ident: $variant:ident => $kind:ty),+ $(,)?) => {
        impl Reply {
            $(
                #[doc = concat!("The reply as [`Reply::", stringify!($variant), "`].")]
                ///
                /// # Errors
                /// [`ErrorCode::Internal`] for any other reply.
                pub fn $name(self) -> Result<$kind, ErrorCode> {
                    match self {
                        Self::$variant(it) => Ok(it),
                        _ => Err(ErrorCode::Internal),
                    }
                }
            )+
        }
    };
}

impl Reply {
    /// The reply as [`Reply::GapCsv`]: a name for the file, and what is in it.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] for any other reply.
    pub fn gap_csv(self) -> Result<(String, String), ErrorCode> {
        if let Self::GapCsv { name, csv } = self {
            Ok((name, csv))
        } else {
            Err(ErrorCode::Internal)
        }
    }
}

accessors!(
    snapshot: Snapshot => Box<Snapshot>,
    history: History => Vec<EntryView>,
    runway: Runway => Box<RunwayView>,
    explained: Explained => Vec<ExplainedView>,
    manifest: Manifest => ManifestView,
    receipt: Receipt => Option<Box<ReceiptView>>,
    media: Media => MediaPage,
    app_check: AppCheck => Box<AppCheckView>,
    imported: Imported => Vec<ImportedView>,
    gap: Gap => Option<Box<GapView>>,
);
