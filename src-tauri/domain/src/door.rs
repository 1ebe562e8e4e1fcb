//! The ways on which the browser's answer comes back. (Product, section 2; Meta platform reference, C3.)

/// A way back from the browser. All of them feed one parser ([`crate::callback::parse`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Door {
    /// The registered address is the one listened on: the stand-in, or a broker's own endpoints file.
    #[default]
    Direct,
    /// A static https page that sends the browser on to the listener.
    Bounce,
    /// Nothing listens; the person pastes the address on which the browser ended.
    Paste,
    /// `http://localhost`, which Meta takes for Facebook Login while the app is in development mode.
    Localhost,
    /// `https://localhost`, with a certificate of this installation.
    Certificate,
}

impl Door {
    /// Every door.
    pub const ALL: [Self; 5] = [
        Self::Direct,
        Self::Bounce,
        Self::Paste,
        Self::Localhost,
        Self::Certificate,
    ];

    /// The identifier used in the database, the command line and the window.
    pub fn code(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Bounce => "bounce",
            Self::Paste => "paste",
            Self::Localhost => "localhost",
            Self::Certificate => "certificate",
        }
    }

    /// Reads an identifier made by [`Door::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|door| door.code() == code)
    }

    /// Whether something waits on this computer for the browser.
    pub fn listens(self) -> bool {
        self != Self::Paste
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_door_is_read_by_its_own_code_only() {
        for door in Door::ALL {
            assert_eq!(Door::from_code(door.code()), Some(door));
        }
        assert_eq!(Door::from_code("window"), None);
    }
}
