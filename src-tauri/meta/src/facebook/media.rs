//! What the account linked to a Page has published.

use domain::account::AccountId;
use domain::grant::{AccessToken, Route};
use domain::refusal::Refusal;
use url::Url;

use super::{Answer, Facebook, signed};
use crate::credentials::AppSecret;
use crate::media::{self, About, Page};

/// What is asked of the account itself; on this route its id is called `id` (Meta platform reference, B2).
const ABOUT_FIELDS: &str = "id,username,media_count,profile_picture_url";

impl Facebook {
    /// Reads how many items the account has, and where its picture lies. The account is named: on this route the
    /// token is the Page's, and `me` would be the Page.
    pub async fn about(
        &self,
        secret: &AppSecret,
        token: &AccessToken,
        account: &AccountId,
    ) -> Answer<About> {
        let request = self
            .line
            .get(&[account.as_str()])
            .query(&[("fields", ABOUT_FIELDS)]);
        let request = signed(request, secret, token);
        let read = |body: &[u8]| media::about(body, Route::Facebook);
        self.line.ask("about", request, read).await
    }

    /// Reads the page of the account's list that begins after `cursor`, or the first one.
    pub async fn media(
        &self,
        secret: &AppSecret,
        token: &AccessToken,
        account: &AccountId,
        cursor: Option<&str>,
    ) -> Answer<Page> {
        let request = signed(media::request(&self.line, account, cursor), secret, token);
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
