//! One page of an account's list, with the pictures it names.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::account::AccountId;
use domain::grant::AccessToken;
use domain::media::MediaItem;
use domain::refusal::Refusal;
use meta::media::{About, Found, Page};
use meta::{Answer, AppSecret, Facebook, Instagram};
use store::Pictures;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use url::Url;

use super::{Aside, Done, World};

/// Pictures fetched at once, of one account.
const PICTURES_AT_ONCE: usize = 4;

/// The name under which an account's own picture is kept; items have digits.
const OWN_PICTURE: &str = "profile";

/// A page that came.
#[derive(Debug)]
pub(crate) struct PageRead {
    pub(crate) items: Vec<MediaItem>,
    pub(crate) next: Option<String>,
    /// How many items the account has by Instagram's own count; asked with the first page only.
    pub(crate) total: Option<u64>,
}

/// Which page is asked for: answers to older questions are recognised by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageAsked {
    pub(crate) account: AccountId,
    pub(crate) run: u64,
    /// Pages read before it.
    pub(crate) pages: u32,
}

/// A page under way.
pub(super) struct Reading {
    pub(super) account: AccountId,
    stop: Arc<AtomicBool>,
}

/// The route a list is read on. On the Facebook route every call is signed with the app's secret.
pub(crate) enum Through {
    Instagram(Arc<Instagram>),
    Page(Arc<Facebook>, AppSecret),
}

impl Through {
    async fn about(&self, token: &AccessToken, account: &AccountId) -> Answer<About> {
        match self {
            Self::Instagram(instagram) => instagram.about(token).await,
            Self::Page(facebook, secret) => facebook.about(secret, token, account).await,
        }
    }

    async fn media(
        &self,
        token: &AccessToken,
        account: &AccountId,
        cursor: Option<&str>,
    ) -> Answer<Page> {
        match self {
            Self::Instagram(instagram) => instagram.media(token, account, cursor).await,
            Self::Page(facebook, secret) => facebook.media(secret, token, account, cursor).await,
        }
    }

    async fn picture(&self, address: &Url) -> Result<Vec<u8>, Refusal> {
        match self {
            Self::Instagram(instagram) => instagram.picture(address).await,
            Self::Page(facebook, _) => facebook.picture(address).await,
        }
    }
}

/// Where pictures go. Unpacking one takes memory, so one is unpacked at a time.
#[derive(Clone)]
pub(crate) struct Shelf {
    pictures: Pictures,
    unpacking: Arc<Semaphore>,
}

impl Shelf {
    pub(crate) fn of(pictures: Pictures) -> Self {
        Self {
            pictures,
            unpacking: Arc::new(Semaphore::new(1)),
        }
    }
}

impl World {
    /// How many pages are under way.
    pub(crate) fn reading(&self) -> usize {
        self.reading.len()
    }

    pub(crate) fn is_reading(&self, account: &AccountId) -> bool {
        let mut under_way = self.reading.values();
        under_way.any(|reading| reading.account == *account)
    }

    /// The page under way ends after the call it is at.
    pub(crate) fn stop_reading(&self, account: &AccountId) {
        for reading in self.reading.values() {
            if reading.account == *account {
                reading.stop.store(true, Ordering::Relaxed);
            }
        }
    }

    /// How an account of this route is read; `None` where it cannot be now.
    pub(crate) fn through(&mut self, secret: Option<AppSecret>) -> Option<Through> {
        match secret {
            None => Some(Through::Instagram(Arc::clone(&self.instagram))),
            Some(secret) => Some(Through::Page(self.facebook()?, secret)),
        }
    }

    pub(crate) fn read_page(
        &mut self,
        asked: PageAsked,
        cursor: Option<String>,
        token: AccessToken,
        through: Through,
        shelf: Shelf,
    ) {
        let (through, watch) = (Arc::new(through), self.stopwatch());
        let stop = Arc::new(AtomicBool::new(false));
        let reading = Reading {
            account: asked.account.clone(),
            stop: Arc::clone(&stop),
        };
        let task = self.tasks.spawn(async move {
            let account = asked.account.clone();
            let mut about = None;
            if cursor.is_none() {
                let answer = through.about(&token, &account).await;
                let aside = Aside::of(&answer, watch());
                match answer.result {
                    Ok(found) if found.user_id == account => about = Some(found),
                    Ok(_) => {} // the list is asked for by the account's id, and refused where it is another's
                    Err(refusal) => {
                        let result = Err(refusal);
                        return (Done::PageRead { asked, result }, aside);
                    }
                }
            }
            let before = watch();
            let answer = through.media(&token, &account, cursor.as_deref()).await;
            let aside = Aside::of(&answer, watch() - before);
            drop(token);
            let result = match answer.result {
                Ok(page) => {
                    let own = about.as_ref().and_then(|about| about.picture.clone());
                    let wanted = wanted(&page.items, own);
                    fetch(&through, &shelf, &account, wanted, &stop).await;
                    Ok(PageRead {
                        items: page.items.into_iter().map(|found| found.item).collect(),
                        next: page.next,
                        total: about.and_then(|about| about.media_count),
                    })
                }
                Err(refusal) => Err(refusal),
            };
            (Done::PageRead { asked, result }, aside)
        });
        self.reading.insert(task.id(), reading);
    }
}

fn wanted(items: &[Found], own: Option<Url>) -> Vec<(String, Url)> {
    let of_items = items
        .iter()
        .filter_map(|found| Some((found.item.id.clone(), found.picture.clone()?)));
    let own = own.map(|address| (OWN_PICTURE.to_owned(), address));
    own.into_iter().chain(of_items).collect()
}

/// Fetches the pictures that are not there. One that does not come is fetched by the next sync; no sync fails for it.
async fn fetch(
    through: &Arc<Through>,
    shelf: &Shelf,
    account: &AccountId,
    wanted: Vec<(String, Url)>,
    stop: &AtomicBool,
) {
    let mut under_way = JoinSet::new();
    for (item, address) in wanted {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        // The account's own picture changes, those of items do not.
        if item != OWN_PICTURE && shelf.pictures.has(account, &item) {
            continue;
        }
        if under_way.len() >= PICTURES_AT_ONCE {
            under_way.join_next().await;
        }
        let (through, shelf) = (Arc::clone(through), shelf.clone());
        let account = account.clone();
        under_way.spawn(async move {
            if let Err(problem) = one(&through, &shelf, &account, &item, &address).await {
                tracing::debug!(%account, item, problem, "a picture did not come");
            }
        });
    }
    while under_way.join_next().await.is_some() {}
}

/// Addresses of pictures are signed: none is part of an error.
async fn one(
    through: &Through,
    shelf: &Shelf,
    account: &AccountId,
    item: &str,
    address: &Url,
) -> Result<(), String> {
    let file = through
        .picture(address)
        .await
        .map_err(|_| "it was refused".to_owned())?;
    let turn = shelf.unpacking.acquire().await;
    let (pictures, account, item) = (shelf.pictures.clone(), account.clone(), item.to_owned());
    let made = tokio::task::spawn_blocking(move || {
        let jpeg = meta::picture::small(&file).map_err(|error| error.to_string())?;
        pictures
            .write(&account, &item, &jpeg)
            .map_err(|error| error.kind().to_string())
    });
    let made = made.await;
    drop(turn);
    made.map_err(|_| "its bytes are beyond reading".to_owned())?
}
