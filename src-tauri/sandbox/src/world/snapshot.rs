//! A world on disk: written beside the old one and renamed over it, readable by its owner only.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

use crate::{
    config::SandboxError,
    world::{FORMAT, World, facebook::Facebook},
};

impl World {
    /// The world saved at `path`, or `None` if nothing was saved yet. Never an empty world in the
    /// place of a damaged one.
    pub(crate) fn load(path: &Path) -> Result<Option<Self>, SandboxError> {
        let text = match fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(SandboxError::SnapshotUnreadable(error)),
        };
        let mut world: Self = serde_json::from_slice(&text)
            .map_err(|error| SandboxError::SnapshotDamaged { line: error.line() })?;
        if world.format != FORMAT {
            return Err(SandboxError::SnapshotDamaged { line: 1 });
        }
        // A world from before there were people at Facebook gets those its seed would have given it.
        if world.facebook.is_empty() {
            let accounts: Vec<_> = world.accounts.values().cloned().collect();
            world.facebook = Facebook::populate(world.seed, &accounts);
        }
        Ok(Some(world))
    }

    /// Saves the world; a reader sees the old one or the new one, never a half.
    pub(crate) fn save(&self, path: &Path) -> io::Result<()> {
        let beside = path.with_extension("json.new");
        let mut file = create_private(&beside)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        fs::rename(beside, path)
    }
}

#[cfg(unix)]
fn create_private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::token::Token;

    #[test]
    fn a_saved_world_comes_back_and_holds_no_token() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.json");
        let mut world = World::new(5, 3);
        let id = world.accounts.keys().next().unwrap().clone();
        let token = world.issue_token(Token::long("1", &id, 0), 0);
        world.save(&path).unwrap();

        let text = fs::read_to_string(&path).unwrap();
        assert!(
            !text.contains(&token),
            "a saved world must not give tokens away"
        );
        let back = World::load(&path).unwrap().unwrap();
        assert_eq!(back.tokens.len(), 1);
        assert_eq!(back.accounts.len(), 5);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.json");
        World::new(5, 0).save(&path).unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn a_damaged_or_foreign_world_is_refused_and_an_absent_one_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.json");
        assert!(World::load(&path).unwrap().is_none());
        fs::write(&path, "{\n\"format\":").unwrap();
        assert!(matches!(
            World::load(&path),
            Err(SandboxError::SnapshotDamaged { line: 2 })
        ));
        let foreign = World {
            format: FORMAT + 1,
            ..World::new(1, 0)
        };
        foreign.save(&path).unwrap();
        assert!(World::load(&path).is_err());
    }
}
