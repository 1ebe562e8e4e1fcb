//! The part of the control page that is about Facebook: people and Pages.

use std::fmt::Write as _;

use super::choice;
use crate::{
    pages::html::escape,
    scopes,
    world::facebook::{
        change::{PageChange, PersonChange},
        view::{PageView, PersonView},
    },
};

/// A table of everyone at Facebook, and one of all Pages.
pub(super) fn tables(people: &[PersonView], pages: &[PageView]) -> String {
    let mut html = String::from(
        "<h2>People at Facebook</h2><div class=\"table\"><table><thead><tr><th>Person</th>\
         <th>State</th><th>Let something happen</th></tr></thead><tbody>",
    );
    for person in people {
        let id = escape(&person.id);
        let _ = write!(
            html,
            "<tr id=\"person-{id}\"><td><strong>{}</strong><br><code>{id}</code></td><td>{}</td>\
             <td>{}</td></tr>",
            escape(&person.name),
            escape(&state(person)),
            choice(
                &format!("/control/people/{id}/apply"),
                &format!("person-change-{id}"),
                &format!("What happens to {}", person.name),
                &person_changes(person, pages),
                None,
            )
        );
    }
    html.push_str(
        "</tbody></table></div><h2>Pages</h2><div class=\"table\"><table><thead><tr><th>Page</th>\
         <th>Instagram account</th><th>State</th><th>Let something happen</th></tr></thead><tbody>",
    );
    for page in pages {
        let id = escape(&page.id);
        let _ = write!(
            html,
            "<tr id=\"page-{id}\"><td><strong>{}</strong><br><code>{id}</code></td>\
             <td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
            escape(&page.name),
            escape(page.instagram.as_deref().unwrap_or("none")),
            if page.deleted {
                "deleted"
            } else if page.demands_two_factor {
                "business demands two-factor"
            } else {
                "there"
            },
            choice(
                &format!("/control/pages/{id}/apply"),
                &format!("page-change-{id}"),
                &format!("What happens to the Page {}", page.name),
                &page_changes(page),
                None,
            )
        );
    }
    html.push_str("</tbody></table></div>");
    html
}

fn state(person: &PersonView) -> String {
    let living = person.grants.iter().filter(|grant| !grant.removed).count();
    let mut words = vec![match living {
        0 => "no app connected".to_owned(),
        1 => "one app connected".to_owned(),
        more => format!("{more} apps connected"),
    }];
    if person.checkpoint {
        words.push("checkpoint".to_owned());
    }
    if person.two_factor {
        words.push("two-factor on".to_owned());
    }
    let lost = person.roles.iter().filter(|role| role.lost);
    words.extend(lost.map(|role| format!("no role on {}", role.page_id)));
    words.join(", ")
}

fn person_changes(person: &PersonView, pages: &[PageView]) -> Vec<(String, PersonChange)> {
    let mut changes = vec![
        ("Password changed".to_owned(), PersonChange::PasswordChanged),
        ("Apps removed".to_owned(), PersonChange::AppRemoved),
        ("Logged out".to_owned(), PersonChange::LoggedOut),
        ("Sixty days over".to_owned(), PersonChange::Expired),
        (
            "Data access over".to_owned(),
            PersonChange::DataAccessExpired,
        ),
        ("Checkpoint".to_owned(), PersonChange::CheckpointSet),
        (
            "Checkpoint cleared".to_owned(),
            PersonChange::CheckpointCleared,
        ),
        (
            "Two-factor turned on".to_owned(),
            PersonChange::TwoFactorChanged { on: true },
        ),
        (
            "Two-factor turned off".to_owned(),
            PersonChange::TwoFactorChanged { on: false },
        ),
        (
            "Publishing permission declined".to_owned(),
            PersonChange::PermissionDeclined(scopes::FACEBOOK_PUBLISH.to_owned()),
        ),
        (
            "Permissions granted".to_owned(),
            PersonChange::PermissionsGranted,
        ),
    ];
    for role in &person.roles {
        let page = pages.iter().find(|page| page.id == role.page_id);
        let name = page.map_or(role.page_id.as_str(), |page| page.name.as_str());
        changes.push((
            format!("Role lost on {name}"),
            PersonChange::PageRoleLost(role.page_id.clone()),
        ));
        changes.push((
            format!("Role back on {name}"),
            PersonChange::PageRoleRestored(role.page_id.clone()),
        ));
    }
    changes
}

fn page_changes(page: &PageView) -> Vec<(&'static str, PageChange)> {
    vec![
        ("Unlinked from Instagram", PageChange::Unlinked),
        ("Deleted", PageChange::Deleted),
        ("Restored", PageChange::Restored),
        (
            "Renamed",
            PageChange::Renamed(format!("{} (new)", page.name)),
        ),
        (
            "Business demands two-factor",
            PageChange::BusinessDemandsTwoFactor,
        ),
        ("Business is content again", PageChange::BusinessRelaxed),
    ]
}
