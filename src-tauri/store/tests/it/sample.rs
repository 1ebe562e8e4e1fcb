//! Accounts in every state, and stores to put them in.

use std::path::Path;

use domain::Timestamp;
use domain::account::{
    Account, AccountId, AccountType, Profile, Revision, TwoFactor, TwoFactorAnswer,
};
use domain::advice::Advice;
use domain::connection::{
    Connection, Doubt, Held, Lost, Removal, Renewal, Shortfall, Spare, Standing, Trouble, Undo,
    Watch,
};
use domain::diagnosis::{Affects, Cause, Certainty, Diagnosis, Evidence, Remedy};
use domain::grant::{Grant, Route, Scopes};
use domain::media::{MediaItem, MediaKind};
use domain::meta_app::AppKey;
use domain::page::{Page, PageGrant};
use domain::wizard::{Flow, Step, Way, Wizard};
use store::{DataLock, Secret, SecretState, Store, StoreError, WrappedKey};

/// A moment `seconds` after a fixed one, with milliseconds that must survive.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_timestamp_millis(1_790_000_000_123 + seconds * 1000).unwrap()
}

pub(crate) fn open(dir: &Path) -> Result<Store, StoreError> {
    Store::open(DataLock::acquire(dir, "test")?)
}

pub(crate) fn grant() -> Grant {
    Grant {
        route: Route::Instagram,
        scopes: Some(Scopes::parse(
            "instagram_business_basic,instagram_business_manage_insights",
        )),
        issued_at: Some(at(0)),
        expires_at: Some(at(5_184_000)),
        page: None,
    }
}

pub(crate) fn item(id: &str) -> MediaItem {
    MediaItem {
        id: id.to_owned(),
        kind: MediaKind::Image,
        caption: "=Fresh\nthis morning ☀️".to_owned(),
        permalink: "https://www.instagram.com/p/abc/".to_owned(),
        posted_at: Some(at(0)),
        likes: Some(3),
        comments: None,
    }
}

pub(crate) fn diagnosis(cause: Cause) -> Diagnosis {
    Diagnosis {
        cause,
        certainty: Certainty::Likely,
        affects: Affects::Account,
        remedy: Remedy::ActThenCheck,
        permission: Some("instagram_business_basic".to_owned()),
        evidence: Some(Evidence {
            http_status: Some(400),
            code: Some(190),
            subcode: Some(460),
            error_type: Some("OAuthException".to_owned()),
            message: Some("Die Sitzung ist ungültig – „erneut anmelden“.".to_owned()),
            trace_id: Some("AbCdEf123".to_owned()),
        }),
        found_at: at(7),
    }
}

pub(crate) fn account(id: &str) -> Account {
    let profile = Profile {
        user_id: AccountId::new(id),
        username: format!("name_{id}"),
        name: Some("Näme ✓".to_owned()),
        account_type: AccountType::Business,
    };
    Account::connected(profile, grant(), at(0))
}

fn held(renewal: Renewal, standing: Standing) -> Connection {
    let is_blocked = matches!(standing, Standing::Blocked(_));
    Connection::Held(Held {
        grant: grant(),
        renewal,
        standing,
        hidden: is_blocked.then(|| Box::new(shortfall("instagram_business_manage_insights"))),
        spare: Some(spare()),
    })
}

fn spare() -> Box<Spare> {
    Box::new(Spare {
        grant: Grant {
            issued_at: Some(at(-700)),
            expires_at: Some(at(900)),
            ..grant()
        },
        generation: 39,
    })
}

/// Access through a Page; `known` says whether Facebook was asked about it.
pub(crate) fn page_grant(known: bool) -> Grant {
    Grant {
        route: Route::Facebook,
        scopes: Some(Scopes::parse("instagram_basic,pages_show_list")),
        issued_at: Some(at(0)),
        expires_at: None,
        page: Some(Box::new(PageGrant {
            page: Page {
                id: "123450000000001".to_owned(),
                name: "Bäckerei ✓".to_owned(),
            },
            person: "10220000000000001".to_owned(),
            person_until: known.then(|| at(5_184_000)),
            data_access_until: known.then(|| at(7_776_000)),
            inspected_at: known.then(|| at(11)),
            revoked_at: known.then(|| at(12)),
        })),
    }
}

/// A token of which nothing is known.
fn unknown() -> Grant {
    Grant {
        scopes: None,
        issued_at: None,
        expires_at: None,
        ..grant()
    }
}

fn shortfall(missing: &str) -> Shortfall {
    Shortfall {
        missing: Scopes::parse(missing),
        diagnosis: diagnosis(Cause::PermissionMissing),
    }
}

/// One account for every shape a connection, a watch and a wizard can have.
pub(crate) fn every_shape() -> Vec<Account> {
    let clock_says = Diagnosis::of(Cause::Expired, Certainty::Proved, at(3));
    let lost = Connection::Lost(Lost {
        held: Held {
            renewal: Renewal::Resting { last: Some(at(2)) },
            hidden: Some(Box::new(shortfall(""))),
            spare: Some(Box::new(Spare {
                grant: Grant {
                    issued_at: Some(at(-700)),
                    expires_at: None,
                    ..unknown()
                },
                generation: 99,
            })),
            ..Held::of(unknown())
        },
        diagnosis: clock_says,
    });
    let failing = Renewal::Failing {
        failures: 3,
        retry_at: at(60),
        reason: diagnosis(Cause::ProviderFault),
        last: Some(at(1)),
    };
    let limited = Standing::Limited(shortfall("instagram_business_content_publish"));
    let removed = |undo, before: Option<Connection>| {
        Connection::Removed(Removal {
            at: at(9),
            undo,
            before: before.map(Box::new),
            gone_there: undo == Undo::Gone,
            route: Route::Instagram,
            person: None,
        })
    };
    let connections = [
        Connection::held(grant()),
        held(
            Renewal::Running {
                failures: 2,
                last: None,
            },
            Standing::Good,
        ),
        held(failing.clone(), limited),
        held(failing, Standing::Blocked(diagnosis(Cause::Checkpoint))),
        held(
            Renewal::Resting { last: Some(at(5)) },
            Standing::Limited(shortfall("")),
        ),
        lost.clone(),
        removed(Undo::Until(at(19)), Some(lost)),
        removed(Undo::WhileInWizard, Some(Connection::held(grant()))),
        removed(Undo::Gone, None),
    ];
    let mut accounts: Vec<Account> = (1..)
        .zip(connections)
        .map(|(n, connection)| Account {
            connection,
            revision: Revision(n),
            generation: n + 40,
            ..account(&format!("1784140000000000{n}"))
        })
        .collect();
    accounts.push(Account {
        watch: Watch {
            last_checked_at: None,
            last_ok_at: None,
            next_at: at(100),
            running: true,
            trouble: Some(Trouble {
                diagnosis: diagnosis(Cause::Network),
                failures: 4,
                retry_at: at(120),
            }),
            doubt: Some(Doubt {
                diagnosis: diagnosis(Cause::AccessEnded),
                since: at(90),
                confirm_at: at(150),
                held_back: true,
                told: true,
            }),
        },
        app: Some(AppKey::new(Route::Instagram, "990000000000001")),
        label: "Kunde A".to_owned(),
        notes: "'; DROP TABLE account; --\n".to_owned(),
        login: "studio@example.org".to_owned(),
        ticked: [Advice::TwoFactor, Advice::KeepPage].into(),
        two_factor: Some(TwoFactor {
            answer: TwoFactorAnswer::NotNow,
            at: at(80),
        }),
        recent_losses: vec![at(-300), at(-200), at(-200)],
        wizard: Some(wizard()),
        ..account("17841400000000090")
    });
    let mut plain = account("17841400000000091");
    plain.profile.name = None;
    plain.profile.account_type = AccountType::Unknown;
    accounts.push(plain);
    accounts
}

/// One account for every shape that access through a Page can have; schema 6 was the first to know it.
pub(crate) fn every_page_shape() -> Vec<Account> {
    let lost = Lost::of(Held::of(page_grant(true)), diagnosis(Cause::RoleLost));
    let gone = Removal {
        at: at(9),
        undo: Undo::Gone,
        before: None,
        gone_there: true,
        route: Route::Facebook,
        person: Some("10220000000000001".to_owned()),
    };
    let connections = [
        Connection::held(page_grant(false)),
        Connection::Lost(lost.clone()),
        Connection::Removed(Removal {
            undo: Undo::WhileInWizard,
            before: Some(Box::new(Connection::Lost(lost))),
            ..gone.clone()
        }),
        Connection::Removed(gone),
    ];
    (92..)
        .zip(connections)
        .map(|(n, connection)| Account {
            connection,
            ..account(&format!("178414000000000{n}"))
        })
        .collect()
}

fn wizard() -> Wizard {
    let found = Some(diagnosis(Cause::PasswordOrSecurityChange));
    let mut wizard = Wizard::new(Flow::Password, found, 1, at(70));
    wizard.way = Way::Full;
    wizard.step = Step::TwoFactor;
    wizard.check_again_at = Some(at(75));
    wizard.answers.insert("who".to_owned(), "not_me".to_owned());
    wizard
        .answers
        .insert("tick.password".to_owned(), "yes".to_owned());
    wizard
}

/// A recognisable ciphertext: 64 bytes that occur nowhere else, in whole or in part.
pub(crate) fn ciphertext(n: u8) -> Vec<u8> {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64 ^ (u64::from(n) << 32);
    (0..64)
        .map(|_| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random.to_le_bytes()[3]
        })
        .collect()
}

pub(crate) fn data_key(owner: &str) -> WrappedKey {
    let wrapped = ciphertext(200);
    WrappedKey {
        owner: owner.to_owned(),
        key_id: "aaaaaaaaaaaaaaaa".to_owned(),
        wrapped,
    }
}

pub(crate) fn secret(owner: &str, generation: u64, state: SecretState) -> Secret {
    Secret {
        owner: owner.to_owned(),
        kind: "access_token".to_owned(),
        generation,
        state,
        blob: ciphertext(u8::try_from(generation).unwrap()),
        created_at: at(0),
    }
}
