//! Lists: the permissions of a person, and the Pages that they may act for.

use std::collections::BTreeSet;

use domain::grant::AccessToken;
use domain::refusal::{Interference, Refusal};
use serde_json::value::RawValue;

use super::{Answer, Facebook, PageOffer, PageOffers, Permissions, answers, signed};
use crate::credentials::AppSecret;
use crate::note::ServerNote;
use crate::paging;

/// What is asked of a list of Pages (Meta platform reference, B2).
const PAGES: Asking = &[
    (
        "fields",
        "id,name,username,access_token,tasks,\
         instagram_business_account{id,username,name,profile_picture_url}",
    ),
    ("limit", "100"),
];

/// What is asked of the list of businesses.
const BUSINESSES: Asking = &[("fields", "id"), ("limit", "100")];

/// Permissions are asked for as documented, without anything (B3).
const PERMISSIONS: Asking = &[];

/// The parameters of a list, beside those that every call has.
type Asking = &'static [(&'static str, &'static str)];

/// The most calls for one answer of ours: twenty thousand Pages. What goes on for longer goes on for ever.
const MOST_CALLS: usize = 200;

impl Facebook {
    /// Reads what the person granted and what not (B3). Every page of the list has to come: a permission that was not
    /// read would look like one that was withdrawn.
    pub async fn permissions(
        &self,
        secret: &AppSecret,
        token: &AccessToken,
    ) -> Answer<Permissions> {
        let mut walk = Walk::new(self, secret, token);
        let path = &["me", "permissions"];
        let listed = walk.list("permissions", path, PERMISSIONS, answers::permission);
        let result = listed.await.and_then(|listed| {
            if !listed.is_whole {
                return Err(walk.unrecognised());
            }
            let (granted, declined): (Vec<_>, Vec<_>) =
                listed.items.into_iter().partition(|(_, granted)| *granted);
            let names = |list: Vec<(String, bool)>| list.into_iter().map(|(name, _)| name);
            Ok(Permissions {
                granted: names(granted).collect(),
                declined: names(declined).collect(),
            })
        });
        Answer {
            result,
            note: walk.note,
        }
    }

    /// Reads the Pages that the person may act for, each one once (B2). Those that are managed only through a business
    /// may be missing in the person's own list, so the businesses' lists follow; that they are refused, as they are
    /// without the permission for businesses, takes nothing away from what was found. Neither does a Page that cannot
    /// be read; but every page of the person's own list has to come, or one that was not read would look like one that
    /// is not there, and a list of which nothing can be read is none.
    pub async fn pages(&self, secret: &AppSecret, token: &AccessToken) -> Answer<PageOffers> {
        let mut walk = Walk::new(self, secret, token);
        let own = walk
            .list("pages", &["me", "accounts"], PAGES, answers::offer)
            .await;
        let mut offers = Offers::default();
        let result = match own {
            Ok(own) if !own.is_whole => Err(walk.unrecognised()),
            Ok(own) => {
                own.items.into_iter().for_each(|offer| offers.add(offer));
                walk.businesses(&mut offers).await;
                let offers = offers.told;
                if offers.found.is_empty() && offers.unreadable > 0 {
                    Err(walk.unrecognised())
                } else {
                    Ok(offers)
                }
            }
            Err(refusal) => Err(refusal),
        };
        Answer {
            result,
            note: walk.note,
        }
    }
}

/// Pages in the order in which they came, each one once.
#[derive(Default)]
struct Offers {
    told: PageOffers,
    ids: BTreeSet<String>,
}

impl Offers {
    fn add(&mut self, offer: Option<PageOffer>) {
        match offer {
            Some(offer) if self.ids.insert(offer.id.clone()) => self.told.found.push(offer),
            Some(_) => {}
            None => self.told.unreadable += 1,
        }
    }
}

/// What the pages of a list hold together.
struct Listed<T> {
    items: Vec<T>,
    /// Whether the list came to its end, rather than going in a circle or on for ever.
    is_whole: bool,
}

/// Several calls that make one answer.
struct Walk<'a> {
    facebook: &'a Facebook,
    secret: &'a AppSecret,
    token: &'a AccessToken,
    calls: usize,
    note: ServerNote,
}

impl<'a> Walk<'a> {
    fn new(facebook: &'a Facebook, secret: &'a AppSecret, token: &'a AccessToken) -> Self {
        Self {
            facebook,
            secret,
            token,
            calls: 0,
            note: ServerNote::default(),
        }
    }

    /// Reads a list to its end. Only the cursor of the next page is used, on our own host, and none twice.
    async fn list<T>(
        &mut self,
        verb: &'static str,
        path: &[&str],
        asking: Asking,
        read: impl Fn(&RawValue) -> Option<T>,
    ) -> Result<Listed<T>, Refusal> {
        let mut items = Vec::new();
        let mut cursor: Option<String> = None;
        let mut asked = BTreeSet::new();
        while self.calls < MOST_CALLS {
            self.calls += 1;
            let mut request = self.facebook.line.get(path).query(asking);
            if let Some(cursor) = &cursor {
                request = request.query(&[("after", cursor)]);
            }
            let request = signed(request, self.secret, self.token);
            let page = |body: &[u8]| {
                let list = paging::list(body)?;
                let items: Option<Vec<T>> = list.items.into_iter().map(&read).collect();
                Some((items?, list.next))
            };
            let answer = self.facebook.line.ask(verb, request, page).await;
            self.note = self.note.and(answer.note);
            let (found, next) = answer.result?;
            items.extend(found);
            match next {
                None => {
                    return Ok(Listed {
                        items,
                        is_whole: true,
                    });
                }
                Some(next) if !asked.insert(next.clone()) => break,
                Some(next) => cursor = Some(next),
            }
        }
        Ok(Listed {
            items,
            is_whole: false,
        })
    }

    /// Adds the Pages of the person's businesses, as far as they can be had.
    async fn businesses(&mut self, offers: &mut Offers) {
        let businesses = self
            .list(
                "businesses",
                &["me", "businesses"],
                BUSINESSES,
                answers::id_of,
            )
            .await;
        for business in businesses.map(|listed| listed.items).unwrap_or_default() {
            for edge in ["owned_pages", "client_pages"] {
                let path = &[business.as_str(), edge];
                match self
                    .list("business_pages", path, PAGES, answers::offer)
                    .await
                {
                    Ok(listed) => listed.items.into_iter().for_each(|offer| offers.add(offer)),
                    Err(refusal) if concerns_this_list_only(&refusal) => {}
                    Err(_) => return,
                }
            }
        }
    }

    fn unrecognised(&self) -> Refusal {
        Refusal::Interfered {
            how: Interference::Unrecognised,
            http_status: Some(200),
            retry_after: self.note.retry_after,
        }
    }
}

/// Whether the next business may still answer: a capability, an object or a permission is missing (D4). After
/// anything else, a limit or a fault, more calls would help nobody.
fn concerns_this_list_only(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::Denied(error) => {
            matches!(error.code, Some(3 | 10 | 100 | 200..=299)) && error.retry_after.is_none()
        }
        Refusal::Unreachable(_) | Refusal::Interfered { .. } => false,
    }
}
