//! The person, their Pages, and the portfolios these belong to (Meta platform reference, B2).

use axum::http::Method;
use serde_json::{Map, Value, json};

use crate::{
    graph_error::GraphError,
    meta::{
        Call,
        facebook::{
            Admitted, account, admit,
            fields::{self, Field},
            list,
        },
    },
    reply::Reply,
    scopes,
    shared::Shared,
    world::{
        World,
        facebook::{Page, Relation, Role},
    },
};

const PAGE_FIELDS: [&str; 8] = [
    "access_token",
    "category",
    "connected_instagram_account",
    "id",
    "instagram_business_account",
    "name",
    "tasks",
    "username",
];
/// What a list of Pages shows without `fields`.
const PAGE_USUAL: [&str; 5] = ["access_token", "category", "name", "id", "tasks"];

/// `GET /me/accounts`: Pages with a role of the person's own. Without `pages_show_list` it is
/// empty.
pub(super) fn accounts(shared: &Shared, call: &Call, node: &str) -> Reply {
    let admitted = match admit(shared, call, &[Method::GET]) {
        Ok(admitted) => admitted,
        Err(refused) => return *refused,
    };
    if !admitted.is_person(node) {
        return admitted.refuse(shared, &GraphError::object_missing(node));
    }
    pages(shared, call, &admitted, |world, _, role| {
        !role.through_business
            && world
                .facebook
                .may(&admitted.bearer, scopes::PAGES_SHOW_LIST)
    })
}

/// `GET /me/businesses`; needs `business_management`.
pub(super) fn businesses(shared: &Shared, call: &Call, node: &str) -> Reply {
    let admitted = match admit(shared, call, &[Method::GET]) {
        Ok(admitted) => admitted,
        Err(refused) => return *refused,
    };
    if !admitted.is_person(node) {
        return admitted.refuse(shared, &GraphError::object_missing(node));
    }
    if let Err(error) = manages_businesses(shared, &admitted) {
        return admitted.refuse(shared, &error);
    }
    let found: Vec<(String, String)> = shared.read(|world, _| {
        let all = admitted.person.businesses(&world.facebook).into_iter();
        all.map(|it| (it.id.clone(), it.name.clone())).collect()
    });
    let mut ids: Vec<String> = found.iter().map(|(id, _)| id.clone()).collect();
    if admitted.data_over {
        ids.clear();
    }
    let name = |id: &String| found.iter().find(|(it, _)| it == id).map(|(_, name)| name);
    match list::page(shared, call, &ids) {
        Ok((ids, paging)) => {
            let items = ids.iter().map(|id| json!({ "id": id, "name": name(id) }));
            admitted.ok(shared, &listing(items.collect(), paging))
        }
        Err(error) => admitted.refuse(shared, &error),
    }
}

/// `GET /{business}/owned_pages` and `/client_pages`; needs `business_management`.
pub(super) fn of_business(shared: &Shared, call: &Call, business: &str, edge: &str) -> Reply {
    let admitted = match admit(shared, call, &[Method::GET]) {
        Ok(admitted) => admitted,
        Err(refused) => return *refused,
    };
    let known = shared.read(|world, _| {
        let mut all = admitted.person.businesses(&world.facebook).into_iter();
        all.any(|it| it.id == business) && admitted.bearer.page_id.is_none()
    });
    if !known {
        return admitted.refuse(shared, &GraphError::object_missing(business));
    }
    if let Err(error) = manages_businesses(shared, &admitted) {
        return admitted.refuse(shared, &error);
    }
    let relation = if edge == "owned_pages" {
        Relation::Owned
    } else {
        Relation::Client
    };
    pages(shared, call, &admitted, |_, page, _| {
        let belongs = page.business.as_ref();
        belongs.is_some_and(|(id, how)| id == business && *how == relation)
    })
}

/// `GET /me`, `GET /{user-id}` or `GET /{page-id}`.
pub(super) fn node(shared: &Shared, call: &Call, node: &str) -> Reply {
    let admitted = match admit(shared, call, &[Method::GET]) {
        Ok(admitted) => admitted,
        Err(refused) => return *refused,
    };
    let picked = if admitted.is_person(node) {
        person(call, &admitted)
    } else {
        let own = admitted.bearer.page_id.as_deref();
        let id = own.filter(|_| node == "me").unwrap_or(node);
        page(shared, call, &admitted, id)
    };
    match picked {
        Ok(object) => admitted.ok(shared, &json!(object)),
        Err(error) => admitted.refuse(shared, &error),
    }
}

fn person(call: &Call, admitted: &Admitted) -> Result<Map<String, Value>, GraphError> {
    let fields = fields::or_usual(call.query.get("fields"), &["id", "name"])?;
    let mut whole = Map::new();
    whole.insert(
        "id".to_owned(),
        json!(admitted.person.scoped_id(&admitted.bearer.app_id)),
    );
    if !admitted.data_over {
        whole.insert("name".to_owned(), json!(admitted.person.name));
    }
    fields::pick(&whole, &fields, &["id", "name"], "User")
}

fn page(
    shared: &Shared,
    call: &Call,
    admitted: &Admitted,
    id: &str,
) -> Result<Map<String, Value>, GraphError> {
    let fields = fields::or_usual(call.query.get("fields"), &["id", "name"])?;
    let (found, may_read) = shared.read(|world, _| {
        let mut reach = world.facebook.reach(&admitted.bearer);
        let found = reach.find(|(page, _)| page.id == id);
        let found = found.map(|(page, role)| (page.clone(), role.clone()));
        let may_read = world.facebook.may(&admitted.bearer, scopes::PAGES_READ);
        (found, may_read)
    });
    let (page, role) = found.ok_or_else(|| GraphError::object_missing(id))?;
    if !may_read {
        return Err(GraphError::page_permission_missing(scopes::PAGES_READ));
    }
    describe(shared, call, admitted, &page, &role, &fields)
}

/// One page of a list of Pages that `belongs` lets through.
fn pages(
    shared: &Shared,
    call: &Call,
    admitted: &Admitted,
    belongs: impl Fn(&World, &Page, &Role) -> bool,
) -> Reply {
    let found: Vec<(Page, Role)> = shared.read(|world, _| {
        let reach = world.facebook.reach(&admitted.bearer);
        let listed = reach.filter(|(page, role)| !admitted.data_over && belongs(world, page, role));
        listed
            .map(|(page, role)| (page.clone(), role.clone()))
            .collect()
    });
    let ids: Vec<String> = found.iter().map(|(page, _)| page.id.clone()).collect();
    let body = list::page(shared, call, &ids).and_then(|(ids, paging)| {
        let fields = fields::or_usual(call.query.get("fields"), &PAGE_USUAL)?;
        let items = found.iter().filter(|(page, _)| ids.contains(&page.id));
        let items = items.map(|(page, role)| {
            describe(shared, call, admitted, page, role, &fields).map(Value::Object)
        });
        Ok(listing(items.collect::<Result<_, _>>()?, paging))
    });
    match body {
        Ok(body) => admitted.ok(shared, &body),
        Err(error) => admitted.refuse(shared, &error),
    }
}

fn describe(
    shared: &Shared,
    call: &Call,
    admitted: &Admitted,
    page: &Page,
    role: &Role,
    fields: &[Field],
) -> Result<Map<String, Value>, GraphError> {
    let mut whole = Map::new();
    let mut set = |field: &str, value: Value| whole.insert(field.to_owned(), value);
    set("id", json!(page.id));
    if admitted.data_over {
        return fields::pick(&whole, fields, &PAGE_FIELDS, "Page");
    }
    set("name", json!(page.name));
    set("username", json!(page.username));
    set("category", json!("Local business"));
    // Only a person's token has tasks, and only it gives a Page's own token.
    if admitted.bearer.page_id.is_none() {
        set("tasks", json!(role.tasks));
    }
    for field in fields {
        match field.name.as_str() {
            "access_token" => {
                set("access_token", json!(token(shared, call, admitted, page)));
            }
            "instagram_business_account" => {
                let left_out = shared.read(|world, _| world.manner.facebook.link_left_out);
                if !left_out && let Some(account) = account::behind(shared, admitted, page, field)?
                {
                    set("instagram_business_account", account);
                }
            }
            _ => {}
        }
    }
    fields::pick(&whole, fields, &PAGE_FIELDS, "Page")
}

/// The Page's own token; a Page's token gives itself back.
fn token(shared: &Shared, call: &Call, admitted: &Admitted, page: &Page) -> String {
    if admitted.bearer.page_id.is_some() {
        return call.token().to_owned();
    }
    shared.change(|world, now| world.page_token(call.token(), &page.id, now))
}

fn manages_businesses(shared: &Shared, admitted: &Admitted) -> Result<(), GraphError> {
    let scope = scopes::BUSINESS_MANAGEMENT;
    if shared.read(|world, _| world.facebook.may(&admitted.bearer, scope)) {
        Ok(())
    } else {
        Err(GraphError::scope_missing(scope))
    }
}

fn listing(items: Vec<Value>, paging: Option<Value>) -> Value {
    let mut body = json!({ "data": items });
    if let Some(paging) = paging {
        body["paging"] = paging;
    }
    body
}
