//! What an account has published: the list, and the pictures it names.

use domain::account::AccountId;
use domain::grant::AccessToken;
use domain::refusal::{Interference, Refusal};
use url::Url;

use super::{Answer, Instagram};
use crate::media::{self, About, Page};
use crate::picture::MAX_FILE;

/// What is asked of each item (Meta platform reference, A9).
const ITEM_FIELDS: &str = "id,caption,media_type,media_product_type,media_url,thumbnail_url,permalink,timestamp,\
                           like_count,comments_count";

/// What is asked of the account itself (A8).
const ABOUT_FIELDS: &str = "user_id,username,media_count,profile_picture_url";

/// Items on a page: the most the interface gives.
const PAGE: &str = "100";

impl Instagram {
    /// Reads how many items the account has, and where its picture lies.
    pub async fn about(&self, token: &AccessToken) -> Answer<About> {
        let request = self
            .wire
            .get(self.address(&[&self.endpoints.version, "me"]))
            .query(&[("fields", ABOUT_FIELDS)])
            .bearer_auth(token.expose_secret());
        self.ask("about", request, media::about).await
    }

    /// Reads the page of the account's list that begins after `cursor`, or the first one.
    pub async fn media(
        &self,
        token: &AccessToken,
        account: &AccountId,
        cursor: Option<&str>,
    ) -> Answer<Page> {
        let address = self.address(&[&self.endpoints.version, account.as_str(), "media"]);
        let mut request = self
            .wire
            .get(address)
            .query(&[("fields", ITEM_FIELDS), ("limit", PAGE)])
            .bearer_auth(token.expose_secret());
        if let Some(cursor) = cursor {
            request = request.query(&[("after", cursor)]);
        }
        self.ask("media", request, media::page).await
    }

    /// Fetches a picture, without the token and without following anybody anywhere.
    ///
    /// # Errors
    /// Why it did not come; also where the address is none of those that Instagram keeps pictures at.
    pub async fn picture(&self, address: &Url) -> Result<Vec<u8>, Refusal> {
        let refused = |http_status| Refusal::Interfered {
            how: Interference::Unrecognised,
            http_status,
            retry_after: None,
        };
        if !self.endpoints.keeps_pictures_at(address) {
            return Err(refused(None));
        }
        let (_, received) = self
            .wire
            .fetch(self.wire.get(address.clone()), MAX_FILE)
            .await;
        let received = received?;
        match received.status {
            200 => Ok(received.body.to_vec()),
            status => Err(refused(Some(status))),
        }
    }
}
