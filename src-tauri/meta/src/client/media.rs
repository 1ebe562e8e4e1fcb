//! What an account has published: the list, and the pictures it names.

use domain::account::AccountId;
use domain::grant::{AccessToken, Route};
use domain::refusal::Refusal;
use url::Url;

use super::{Answer, Instagram};
use crate::media::{self, About, Page};

/// What is asked of the account itself (Meta platform reference, A8).
const ABOUT_FIELDS: &str = "user_id,username,media_count,profile_picture_url";

impl Instagram {
    /// Reads how many items the account has, and where its picture lies.
    pub async fn about(&self, token: &AccessToken) -> Answer<About> {
        let request = self
            .line
            .get(&["me"])
            .query(&[("fields", ABOUT_FIELDS)])
            .bearer_auth(token.expose_secret());
        let read = |body: &[u8]| media::about(body, Route::Instagram);
        self.line.ask("about", request, read).await
    }

    /// Reads the page of the account's list that begins after `cursor`, or the first one.
    pub async fn media(
        &self,
        token: &AccessToken,
        account: &AccountId,
        cursor: Option<&str>,
    ) -> Answer<Page> {
        let request =
            media::request(&self.line, account, cursor).bearer_auth(token.expose_secret());
        self.line.ask("media", request, media::page).await
    }

    /// Fetches a picture, without the token and without following anybody anywhere.
    ///
    /// # Errors
    /// Why it did not come; also where the address is none of those that Instagram keeps pictures at.
    pub async fn picture(&self, address: &Url) -> Result<Vec<u8>, Refusal> {
        let is_kept = self.endpoints.keeps_pictures_at(address);
        self.line.picture(address, is_kept).await
    }
}
