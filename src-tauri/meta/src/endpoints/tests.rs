use super::*;

const GOOD: &str = r#"
[instagram]
authorize = "http://127.0.0.1:4000/oauth/authorize"
token     = "http://localhost:4000/oauth/access_token"
graph     = "http://[::1]:4000/graph"
version   = "v26.0"

[redirect]
listen     = "http://127.0.0.1:17423/callback"
registered = "http://127.0.0.1:17423/callback"
"#;

#[test]
fn the_built_in_file_names_metas_addresses() {
    let meta = Endpoints::meta();
    assert_eq!(
        meta.instagram.authorize.as_str(),
        "https://www.instagram.com/oauth/authorize"
    );
    assert_eq!(
        meta.instagram.token.as_str(),
        "https://api.instagram.com/oauth/access_token"
    );
    assert_eq!(meta.instagram.version, "v26.0");
    assert_eq!(
        meta.redirect.listen.as_str(),
        "http://127.0.0.1:17423/callback"
    );
    let hosts: Vec<_> = meta.hosts().into_iter().collect();
    assert_eq!(
        hosts,
        [
            "api.instagram.com",
            "graph.facebook.com",
            "graph.instagram.com"
        ]
    );
}

#[test]
fn a_sandbox_on_loopback_may_use_plain_http_and_leave_facebook_out() {
    let sandbox = Endpoints::parse(GOOD).expect("well formed");
    assert_eq!(sandbox.facebook, None);
    assert_eq!(sandbox.instagram.graph.path(), "/graph");
}

#[test]
fn links_are_followed_to_our_own_addresses_only() {
    let meta = Endpoints::meta();
    for (link, permitted) in [
        ("https://graph.instagram.com/v26.0/1/media?after=x", true),
        ("https://graph.instagram.com:8443/v26.0/1/media", false),
        ("http://graph.instagram.com/v26.0/1/media", false),
        ("https://me@graph.instagram.com/v26.0/1/media", false),
        ("https://graph.instagram.com.example.org/", false),
        ("https://www.instagram.com/", false),
    ] {
        assert_eq!(
            meta.permits(&Url::parse(link).expect("a link")),
            permitted,
            "{link}"
        );
    }
}

#[test]
fn what_is_wrong_is_said_with_line_and_key() {
    let table = [
        (
            r#"localhost:4000/oauth/access_token""#,
            r#"example.org/token""#,
            4,
            "instagram.token",
            "plain http",
        ),
        (
            r#""http://[::1]:4000/graph""#,
            r#""graph""#,
            5,
            "instagram.graph",
            "not an address",
        ),
        (
            r#""http://[::1]:4000/graph""#,
            r#""http://[::1]:4000/graph?x=1""#,
            5,
            "instagram.graph",
            "? part",
        ),
        (
            r#""http://[::1]:4000/graph""#,
            r#""https://a:b@example.org""#,
            5,
            "instagram.graph",
            "user name",
        ),
        (
            r#""http://[::1]:4000/graph""#,
            r#""https://example.org/#x""#,
            5,
            "instagram.graph",
            "# part",
        ),
        (
            r#""http://[::1]:4000/graph""#,
            r#""ftp://example.org""#,
            5,
            "instagram.graph",
            "`ftp`",
        ),
        (
            r#""http://[::1]:4000/graph""#,
            "26",
            5,
            "instagram.graph",
            "expected a string",
        ),
        (
            r#""http://[::1]:4000/graph""#,
            "\"http",
            5,
            "instagram.graph",
            "",
        ),
        (r#""v26.0""#, r#""26""#, 6, "instagram.version", "v26.0"),
        (
            "version ",
            "versoin ",
            6,
            "instagram.versoin",
            "unknown field",
        ),
        ("[redirect]", "[redirekt]", 8, "[redirekt]", "unknown field"),
        (
            "version   = \"v26.0\"\n",
            "",
            2,
            "instagram.version",
            "missing",
        ),
        (
            r#"listen     = "http://127.0.0.1:17423"#,
            r#"listen = "https://example.org:443"#,
            9,
            "redirect.listen",
            "this computer",
        ),
        (
            r#"listen     = "http://127.0.0.1:17423"#,
            r#"listen = "http://127.0.0.1:0"#,
            9,
            "redirect.listen",
            "port",
        ),
    ];
    for (from, to, line, key, problem) in table {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "the table replaces something");
        let error = Endpoints::parse(&text).expect_err(to);
        assert_eq!((error.line, error.key.as_str()), (line, key), "{error}");
        assert!(error.problem.contains(problem), "{error}");
        assert!(!error.to_string().contains('\n'), "one sentence: {error}");
    }
    let missing = Endpoints::parse("").expect_err("nothing there");
    assert_eq!(missing.key, "[instagram]");
}

#[test]
fn pictures_come_from_metas_stores_only() {
    let meta = Endpoints::meta().instagram;
    let keeps = |address: &str| meta.keeps_pictures_at(&Url::parse(address).expect(address));
    assert!(keeps(
        "https://scontent-fra5-1.cdninstagram.com/v/t51/a.jpg?x=1"
    ));
    assert!(keeps("https://instagram.ffra1-1.fna.fbcdn.net/a.jpg"));
    for elsewhere in [
        "http://scontent.cdninstagram.com/a.jpg",
        "https://evilcdninstagram.com/a.jpg",
        "https://cdninstagram.com.evil.example/a.jpg",
        "https://user@scontent.cdninstagram.com/a.jpg",
        "https://scontent.cdninstagram.com:8443/a.jpg",
        "https://127.0.0.1/a.jpg",
        "file:///etc/passwd",
    ] {
        assert!(!keeps(elsewhere), "{elsewhere}");
    }
}
