//! A disk that has lost its power: what may be on it after each deed. Only what was synced is sure;
//! of everything else any part may have arrived, cut at 512 bytes.

use std::collections::BTreeMap;

use crate::chance::Chance;
use crate::trace::Deed;

/// The piece a disk writes whole or not at all.
const SECTOR: usize = 512;

/// Files by name, as found after the power came back. A directory ends with a slash.
pub type Image = BTreeMap<String, Vec<u8>>;

/// What a play did so far.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    files: Vec<File>,
    /// Entries that are sure.
    lasting: BTreeMap<String, Entry>,
    /// Entries as the running system sees them.
    present: BTreeMap<String, Entry>,
    /// What happened to entries since, in order, with the directory each belongs to.
    moves: Vec<(String, Move)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    File(usize),
    Dir,
}

#[derive(Debug, Clone)]
enum Move {
    Put(String, Entry),
    Drop(String),
}

#[derive(Debug, Clone, Default)]
struct File {
    lasting: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

impl Disk {
    /// Something was done. Says whether a disk could tell.
    pub fn take(&mut self, deed: &Deed) -> bool {
        match deed {
            Deed::Said(_) => return false,
            Deed::Opened { name, emptied } => {
                let new = !self.present.contains_key(name);
                if new {
                    self.files.push(File::default());
                    self.put(name, Entry::File(self.files.len() - 1));
                } else if *emptied {
                    self.change(name, Change::Cut(0));
                }
                return new || *emptied;
            }
            Deed::Wrote { name, at, bytes } => self.change(name, Change::Write(*at, bytes.clone())),
            Deed::Cut { name, length } => self.change(name, Change::Cut(*length)),
            Deed::MadeDir { name } => self.put(name, Entry::Dir),
            Deed::Unlinked { name } => self.drop(name),
            Deed::Renamed { from, to } => {
                if let Some(entry) = self.present.get(from).copied() {
                    self.put(to, entry);
                    self.drop(from);
                }
            }
            Deed::Synced { name } => self.sync(name),
        }
        true
    }

    fn put(&mut self, name: &str, entry: Entry) {
        self.present.insert(name.to_owned(), entry);
        let put = Move::Put(name.to_owned(), entry);
        self.moves.push((parent(name).to_owned(), put));
    }

    fn drop(&mut self, name: &str) {
        self.present.remove(name);
        let drop = Move::Drop(name.to_owned());
        self.moves.push((parent(name).to_owned(), drop));
    }

    fn file(&mut self, name: &str) -> Option<&mut File> {
        match self.present.get(name) {
            Some(Entry::File(number)) => self.files.get_mut(*number),
            Some(Entry::Dir) | None => None,
        }
    }

    fn change(&mut self, name: &str, change: Change) {
        if let Some(file) = self.file(name) {
            file.pending.push(change);
        }
    }

    /// A file's bytes last, or a directory's entries.
    fn sync(&mut self, name: &str) {
        if let Some(file) = self.file(name) {
            for change in std::mem::take(&mut file.pending) {
                change.apply(&mut file.lasting);
            }
            return;
        }
        for (dir, step) in std::mem::take(&mut self.moves) {
            if dir == name {
                step.apply(&mut self.lasting);
            } else {
                self.moves.push((dir, step));
            }
        }
    }

    /// Only what was synced.
    pub fn surely(&self) -> Image {
        self.image(&self.lasting, |file| file.lasting.clone())
    }

    /// Everything, as after a crash of the process alone.
    pub fn wholly(&self) -> Image {
        self.image(&self.present, |file| {
            let mut bytes = file.lasting.clone();
            file.pending
                .iter()
                .for_each(|change| change.apply(&mut bytes));
            bytes
        })
    }

    /// What was synced and a part of the rest. Entries change in order, as a journal keeps them;
    /// bytes in none.
    pub fn partly(&self, chance: &mut Chance) -> Image {
        let mut entries = self.lasting.clone();
        let reached = chance.below(self.moves.len() + 1);
        for (_, step) in self.moves.iter().take(reached) {
            step.apply(&mut entries);
        }
        let percent = *chance.pick(&[10, 50, 90]).unwrap_or(&50);
        let mut chance = chance.clone();
        self.image(&entries, |file| {
            let mut bytes = file.lasting.clone();
            for change in &file.pending {
                change.arrive(&mut bytes, percent, &mut chance);
            }
            bytes
        })
    }

    fn image(
        &self,
        entries: &BTreeMap<String, Entry>,
        mut bytes: impl FnMut(&File) -> Vec<u8>,
    ) -> Image {
        let mut image = Image::new();
        for (name, entry) in entries {
            let within = parent(name);
            if !within.is_empty() && entries.get(within) != Some(&Entry::Dir) {
                continue; // its directory is not there
            }
            match entry {
                Entry::Dir => drop(image.insert(format!("{name}/"), Vec::new())),
                Entry::File(number) => {
                    let file = self.files.get(*number).map(&mut bytes);
                    image.insert(name.clone(), file.unwrap_or_default());
                }
            }
        }
        image
    }
}

fn parent(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(parent, _)| parent)
}

impl Move {
    fn apply(&self, entries: &mut BTreeMap<String, Entry>) {
        match self {
            Self::Put(name, entry) => drop(entries.insert(name.clone(), *entry)),
            Self::Drop(name) => drop(entries.remove(name)),
        }
    }
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(at, new) => overwrite(bytes, *at, new),
            Self::Cut(length) => bytes.resize(*length, 0),
        }
    }

    /// The same, where each sector arrives or does not.
    fn arrive(&self, bytes: &mut Vec<u8>, percent: usize, chance: &mut Chance) {
        let Self::Write(at, new) = self else {
            if chance.percent(percent) {
                self.apply(bytes);
            }
            return;
        };
        let mut from = *at;
        let mut rest = new.as_slice();
        while !rest.is_empty() {
            let length = (SECTOR - from % SECTOR).min(rest.len());
            let (piece, later) = rest.split_at(length);
            if chance.percent(percent) {
                overwrite(bytes, from, piece);
            }
            from += length;
            rest = later;
        }
    }
}

fn overwrite(bytes: &mut Vec<u8>, at: usize, new: &[u8]) {
    let end = at + new.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    if let Some(place) = bytes.get_mut(at..end) {
        place.copy_from_slice(new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(name: &str) -> Deed {
        let name = name.to_owned();
        let emptied = false;
        Deed::Opened { name, emptied }
    }

    fn wrote(name: &str, at: usize, bytes: &[u8]) -> Deed {
        Deed::Wrote {
            name: name.to_owned(),
            at,
            bytes: bytes.to_vec(),
        }
    }

    fn synced(name: &str) -> Deed {
        Deed::Synced {
            name: name.to_owned(),
        }
    }

    #[test]
    fn only_what_was_synced_is_sure_and_entries_are_synced_with_their_directory() {
        let mut disk = Disk::default();
        for deed in [opened("a"), wrote("a", 0, b"old"), synced("a")] {
            disk.take(&deed);
        }
        assert!(disk.surely().is_empty(), "its name was not made to last");
        disk.take(&synced(""));
        disk.take(&wrote("a", 0, b"new"));
        assert_eq!(disk.surely()["a"], b"old");
        assert_eq!(disk.wholly()["a"], b"new");
        disk.take(&Deed::Unlinked { name: "a".into() });
        assert_eq!(disk.surely()["a"], b"old");
        assert!(disk.wholly().is_empty());
    }

    #[test]
    fn an_unsynced_write_arrives_in_any_set_of_its_sectors() {
        let mut disk = Disk::default();
        for deed in [opened("a"), synced(""), wrote("a", 0, &[1; 4 * SECTOR])] {
            disk.take(&deed);
        }
        let mut seen = std::collections::BTreeSet::new();
        let mut chance = Chance::new(1, 1);
        for _ in 0..400 {
            let image = disk.partly(&mut chance);
            chance.next();
            let sectors: Vec<bool> = (0..4)
                .map(|n| image["a"].get(n * SECTOR).is_some_and(|byte| *byte == 1))
                .collect();
            seen.insert(sectors);
        }
        assert_eq!(seen.len(), 16);
    }
}
