//! Who lives at Facebook: a few people, each with Pages of every kind that matters.

use std::collections::BTreeMap;

use crate::{
    dice,
    world::{
        account::Account,
        facebook::{Business, CREATE_CONTENT, Facebook, Page, Person, Relation, Role},
    },
};

/// More accounts than these have no Page: a world of thousands stays small.
const LINKED: usize = 12;
/// Accounts behind the Pages of one person.
const EACH: usize = 4;
const FIRST_PERSON: u64 = 10_150_000_000_000_001;
const FIRST_PAGE: u64 = 123_450_000_000_001;
const FIRST_BUSINESS: u64 = 204_800_000_000_001;
/// Room for each id; the seed decides where in it the id lies.
const STRIDE: u64 = 10_000_000;

const NAMES: [&str; 3] = ["Ada Winter", "Ben Okafor", "Cleo Marsh"];
const TASKS: [&str; 6] = [
    "ADVERTISE",
    "ANALYZE",
    CREATE_CONTENT,
    "MANAGE",
    "MESSAGING",
    "MODERATE",
];

impl Facebook {
    /// People with Pages for the first professional accounts. Of every four Pages the first belongs
    /// to a portfolio, on the second the person may not publish, the third is plain, and the fourth
    /// is reached through the portfolio only; a fifth has no Instagram account.
    pub(crate) fn populate(seed: u64, accounts: &[Account]) -> Self {
        let mut facebook = Self::default();
        let professional = accounts.iter().filter(|account| account.is_professional());
        let linked: Vec<_> = professional.take(LINKED).collect();
        for (index, group) in linked.chunks(EACH).enumerate() {
            facebook.settle(seed, index, group);
        }
        facebook
    }

    fn settle(&mut self, seed: u64, index: usize, group: &[&Account]) {
        let name = NAMES[index % NAMES.len()];
        let first_name = name.split(' ').next().unwrap_or(name);
        let business = Business {
            id: id(seed, "business", FIRST_BUSINESS, index),
            name: format!("{first_name}'s Shops"),
            demands_two_factor: false,
        };
        let relation = if index.is_multiple_of(2) {
            Relation::Owned
        } else {
            Relation::Client
        };
        let mut roles = BTreeMap::new();
        for (place, account) in group.iter().enumerate() {
            let page = Page {
                id: id(seed, "page", FIRST_PAGE, index * (EACH + 1) + place),
                name: account.name.clone(),
                username: account.username.replace(['.', '_'], ""),
                instagram: Some(account.id.clone()),
                business: match place {
                    0 => Some((business.id.clone(), Relation::Owned)),
                    3 => Some((business.id.clone(), relation)),
                    _ => None,
                },
                deleted: false,
            };
            let tasks = TASKS
                .iter()
                .filter(|task| place != 1 || **task != CREATE_CONTENT);
            let role = Role {
                tasks: tasks.map(|task| (*task).to_owned()).collect(),
                through_business: place == 3,
                lost: false,
            };
            roles.insert(page.id.clone(), role);
            self.pages.insert(page.id.clone(), page);
        }
        let alone = Page {
            id: id(seed, "page", FIRST_PAGE, index * (EACH + 1) + EACH),
            name: format!("{first_name}'s Book Club"),
            username: format!("{}sbookclub", first_name.to_lowercase()),
            instagram: None,
            business: None,
            deleted: false,
        };
        let everything = Role {
            tasks: TASKS.iter().map(|task| (*task).to_owned()).collect(),
            through_business: false,
            lost: false,
        };
        roles.insert(alone.id.clone(), everything);
        self.pages.insert(alone.id.clone(), alone);
        let person = Person {
            id: id(seed, "facebook person", FIRST_PERSON, index),
            name: name.to_owned(),
            two_factor: false,
            checkpoint: false,
            roles,
            grants: BTreeMap::new(),
        };
        self.businesses.insert(business.id.clone(), business);
        self.people.insert(person.id.clone(), person);
    }
}

fn id(seed: u64, kind: &str, first: u64, index: usize) -> String {
    let position = index as u64;
    let draw = dice::number(seed, kind, position);
    (first + position * STRIDE + (draw % (STRIDE / 2)) * 2).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::people;

    #[test]
    fn every_kind_of_page_is_there_and_the_seed_decides_the_ids() {
        let facebook = Facebook::populate(7, &people::populate(7, 12));
        assert_eq!((facebook.people.len(), facebook.pages.len()), (3, 15));
        for person in facebook.people.values() {
            let pages: Vec<_> = person
                .roles
                .iter()
                .map(|(id, role)| (&facebook.pages[id], role))
                .collect();
            let without = |task: &str| {
                let lacks = |(_, role): &&(&Page, &Role)| !role.tasks.iter().any(|it| it == task);
                pages.iter().filter(lacks).count()
            };
            assert_eq!(without(CREATE_CONTENT), 1);
            assert_eq!(without("ANALYZE"), 0);
            let through = pages.iter().filter(|(_, role)| role.through_business);
            assert_eq!(through.count(), 1);
            let alone = pages.iter().filter(|(page, _)| page.instagram.is_none());
            assert_eq!(alone.count(), 1);
        }
        let again = Facebook::populate(7, &people::populate(7, 12));
        let other = Facebook::populate(8, &people::populate(8, 12));
        assert!(facebook.people.keys().eq(again.people.keys()));
        assert!(facebook.people.keys().ne(other.people.keys()));
        assert!(
            Facebook::populate(1, &people::populate(1, 0)).is_empty(),
            "without professional accounts nobody has a Page to offer"
        );
    }
}
