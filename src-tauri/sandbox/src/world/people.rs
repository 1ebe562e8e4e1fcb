//! Who lives in the world: invented businesses and creators, and two personal accounts.

use crate::{
    dice,
    world::account::{Account, AccountType},
};

/// First id. All ids are odd and beyond 2^53, so passing one through a float changes it.
const FIRST_ID: u64 = 17_841_400_000_000_001;
/// Room for each account's id; the seed decides where in it the id lies.
const ID_STRIDE: u64 = 10_000_000;
const PERSONAL_ACCOUNTS: usize = 2;

const NAMES: [&str; 24] = [
    "Alder", "Juniper", "Marlow", "Saffron", "Harbour", "Linden", "Clover", "Ember", "Willow",
    "Copper", "Maple", "Indigo", "Hazel", "Pebble", "Orchard", "Sparrow", "Velvet", "Thistle",
    "Lantern", "Bramble", "Cobalt", "Meadow", "Quill", "Tidal",
];

/// Trade, the word in the username, and whether such an account is a creator's.
const TRADES: [(&str, &str, bool); 16] = [
    ("Bakery", "bakery", false),
    ("Ceramics", "ceramics", false),
    ("Photography", "photo", true),
    ("Coffee Roasters", "roasters", false),
    ("Yoga Studio", "yoga", false),
    ("Travels", "travels", true),
    ("Flowers", "flowers", false),
    ("Bicycles", "bikes", false),
    ("Illustration", "draws", true),
    ("Bookshop", "books", false),
    ("Barbers", "barbers", false),
    ("Kitchen", "kitchen", true),
    ("Interiors", "interiors", false),
    ("Dental Care", "dental", false),
    ("Music", "music", true),
    ("Garden Centre", "garden", false),
];

const PEOPLE: [(&str, &str); PERSONAL_ACCOUNTS] =
    [("Noor Jansen", "noor.jansen"), ("Teo Marin", "teo_marin")];

/// All accounts of a world: `professional` businesses and creators, then the personal ones.
pub(crate) fn populate(seed: u64, professional: usize) -> Vec<Account> {
    let businesses = (0..professional).map(|index| {
        let (name, username, creator) = invent(seed, index);
        let kind = if creator {
            AccountType::Creator
        } else {
            AccountType::Business
        };
        person(seed, index, name, username, kind)
    });
    let privates = PEOPLE.iter().enumerate().map(|(offset, (name, username))| {
        let index = professional + offset;
        person(
            seed,
            index,
            (*name).to_owned(),
            (*username).to_owned(),
            AccountType::Personal,
        )
    });
    businesses.chain(privates).collect()
}

/// Walks all pairs of name and trade before it repeats one with a number behind it.
fn invent(seed: u64, index: usize) -> (String, String, bool) {
    let start = usize::try_from(dice::number(seed, "people", 0) % 997).unwrap_or(0);
    let place = start + index;
    let name = NAMES[place % NAMES.len()];
    // The trade moves on with every name and once more with every round, so all pairs come up.
    let (trade, word, creator) = TRADES[(place + place / NAMES.len()) % TRADES.len()];
    let round = index / (NAMES.len() * TRADES.len());
    let stem = name.to_lowercase();
    if round == 0 {
        (format!("{name} {trade}"), format!("{stem}.{word}"), creator)
    } else {
        let number = round + 1;
        (
            format!("{name} {trade} {number}"),
            format!("{stem}.{word}{number}"),
            creator,
        )
    }
}

fn person(seed: u64, index: usize, name: String, username: String, kind: AccountType) -> Account {
    let position = index as u64;
    let draw = dice::number(seed, "account", position);
    let id = FIRST_ID + position * ID_STRIDE + (draw % (ID_STRIDE / 2)) * 2;
    Account::new(id.to_string(), username, name, kind, draw)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ten_thousand_accounts_differ_in_id_and_username() {
        let all = populate(3, 10_000);
        let ids: BTreeSet<_> = all.iter().map(|account| &account.id).collect();
        let usernames: BTreeSet<_> = all.iter().map(|account| &account.username).collect();
        assert_eq!(ids.len(), all.len());
        assert_eq!(usernames.len(), all.len());
    }

    #[test]
    fn every_id_has_seventeen_digits_and_does_not_survive_a_float() {
        for account in populate(9, 500) {
            let id: u64 = account.id.parse().unwrap();
            assert_eq!(account.id.len(), 17);
            assert_ne!(
                id as f64 as u64, id,
                "{id} would survive a float and hide a fault"
            );
        }
    }

    #[test]
    fn the_seed_decides_the_people() {
        let names = |seed| {
            populate(seed, 5)
                .into_iter()
                .map(|a| a.username)
                .collect::<Vec<_>>()
        };
        assert_eq!(names(1), names(1));
        assert_ne!(names(1), names(2));
        assert_eq!(populate(1, 5).len(), 7, "two personal accounts are added");
    }
}
