use super::*;

const REDIRECT: &str = "http://127.0.0.1:17423/callback";

fn read(input: &str) -> Result<Callback, Malformed> {
    parse(input, &Url::parse(REDIRECT).unwrap())
}

#[test]
fn accepts_the_shapes_a_browser_and_a_person_bring() {
    for input in [
        "http://127.0.0.1:17423/callback?code=AQ&state=s",
        "http://127.0.0.1:17423/callback?state=s&code=AQ#_",
        "http://127.0.0.1:17423/callback?state=s&code=AQ%23_",
        "http://127.0.0.1:17423/callback?code=AQ&state=s&utm=1",
        "  \"http://127.0.0.1:17423/callback?code=AQ&state=s#_\"\n",
        "<http://127.0.0.1:17423/callback?code=AQ&state=s>",
        "HTTP://127.0.0.1:17423/callback?code=AQ&state=s",
        "http://127.0.0.1:17423/callback?code=AQ&state=s#_=_",
        "http://127.0.0.1:17423/callback?code=AQ&state=s%23_=_",
    ] {
        let callback = read(input).unwrap_or_else(|error| panic!("{input}: {error}"));
        assert_eq!(callback.state.expose_secret(), "s", "{input}");
        match callback.answer {
            Answer::Code(code) => assert_eq!(code.expose_secret(), "AQ", "{input}"),
            Answer::Refused(_) => panic!("{input} was read as a refusal"),
        }
    }
}

#[test]
fn reads_a_refusal_by_the_person() {
    let callback = read(
        "http://127.0.0.1:17423/callback?error=access_denied&error_reason=user_denied\
         &error_description=The+user+denied+your+request&state=s",
    )
    .unwrap();
    assert_eq!(
        refused(callback),
        Refused {
            error: Some("access_denied".into()),
            code: None,
            reason: Some("user_denied".into()),
            description: Some("The user denied your request".into()),
        }
    );
}

/// Meta platform reference, D2, third shape.
#[test]
fn reads_a_refusal_in_metas_own_words() {
    let said = |query: &str| refused(read(&format!("{REDIRECT}?{query}&state=s")).unwrap());
    let blocked = said("error_code=1349168&error_message=URL+Blocked%3A+This+redirect+failed");
    assert_eq!(
        blocked,
        Refused {
            code: Some(1_349_168),
            description: Some("URL Blocked: This redirect failed".into()),
            ..Refused::default()
        }
    );
    assert_eq!(said("error_code=191").code, Some(191));
    // Beside OAuth's word the number means something else: Facebook's denial by the person has 200.
    assert_eq!(said("error=access_denied&error_code=200").code, None);
    let both = format!("{REDIRECT}?code=AQ&error_message=no&state=s");
    assert_eq!(read(&both).unwrap_err(), Malformed::CodeAndError);
    let neither = format!("{REDIRECT}?error_code=&error_message=&state=s");
    assert_eq!(read(&neither).unwrap_err(), Malformed::NoCode);
}

fn refused(callback: Callback) -> Refused {
    match callback.answer {
        Answer::Refused(no) => no,
        Answer::Code(_) => panic!("read as a code"),
    }
}

#[test]
fn refuses_everything_else_by_name() {
    let long = format!(
        "http://127.0.0.1:17423/callback?code={}&state=s",
        "a".repeat(MAX_BYTES)
    );
    let cases = [
        ("", Malformed::Empty),
        ("   ", Malformed::Empty),
        ("AQBx123", Malformed::NotAnAddress),
        ("/callback?code=a&state=s", Malformed::NotAnAddress),
        ("javascript:alert(1)", Malformed::NotAnAddress),
        (
            "https://127.0.0.1:17423/callback?code=a&state=s",
            Malformed::Scheme,
        ),
        (
            "http://u:p@127.0.0.1:17423/callback?code=a&state=s",
            Malformed::UserInfo,
        ),
        (
            "http://127.0.0.1.example.org:17423/callback?code=a&state=s",
            Malformed::Host,
        ),
        (
            "http://localhost:17423/callback?code=a&state=s",
            Malformed::Host,
        ),
        (
            "http://127.0.0.1:17424/callback?code=a&state=s",
            Malformed::Port,
        ),
        ("http://127.0.0.1/callback?code=a&state=s", Malformed::Port),
        (
            "http://127.0.0.1:17423/callback/?code=a&state=s",
            Malformed::Path,
        ),
        (
            "http://127.0.0.1:17423/callback/../x?code=a&state=s",
            Malformed::Path,
        ),
        (
            "http://127.0.0.1:17423/callback?code=a&state=s#token",
            Malformed::Fragment,
        ),
        (
            "http://127.0.0.1:17423/callback?code=a&code=b&state=s",
            Malformed::Duplicate,
        ),
        (
            "http://127.0.0.1:17423/callback?code=a&state=s&state=s",
            Malformed::Duplicate,
        ),
        (
            "http://127.0.0.1:17423/callback?code=&state=s",
            Malformed::NoCode,
        ),
        ("http://127.0.0.1:17423/callback?state=s", Malformed::NoCode),
        ("http://127.0.0.1:17423/callback?code=a", Malformed::NoState),
        (
            "http://127.0.0.1:17423/callback?code=a&state=",
            Malformed::NoState,
        ),
        (
            "http://127.0.0.1:17423/callback?code=a&error=b&state=s",
            Malformed::CodeAndError,
        ),
        (
            "http://127.0.0.1:17423/call\tback?code=a&state=s",
            Malformed::ControlCharacters,
        ),
        (
            "http://127.0.0.1:17423/callback?code=a%0Ab&state=s",
            Malformed::ControlCharacters,
        ),
        (
            "http:\\\\127.0.0.1:17423\\callback?code=a&state=s",
            Malformed::NotAnAddress,
        ),
        (long.as_str(), Malformed::TooLong),
    ];
    for (input, expected) in cases {
        assert_eq!(read(input).err(), Some(expected), "{input}");
    }
}

#[test]
fn a_states_tail_is_the_port_in_plain_digits() {
    assert_eq!(state_with_port("abc-_9", 17_423), "abc-_9.17423");
}

#[test]
fn a_host_in_other_clothes_is_another_host() {
    for (authority, expected) in [
        ("@127.0.0.1:17423", Malformed::UserInfo),
        (":@127.0.0.1:17423", Malformed::UserInfo),
        ("%31%32%37.0.0.1:17423", Malformed::Host),
        ("\u{ff11}\u{ff12}\u{ff17}.0.0.1:17423", Malformed::Host),
        ("127\u{3002}0\u{3002}0\u{3002}1:17423", Malformed::Host),
        ("127.0.0\u{ad}.1:17423", Malformed::Host),
        ("/127.0.0.1:17423", Malformed::Host),
    ] {
        let input = format!("http://{authority}/callback?code=a&state=s");
        assert_eq!(read(&input).err(), Some(expected), "{input}");
    }
}

#[test]
fn nothing_read_from_a_callback_prints_its_secrets() {
    let callback =
        read("http://127.0.0.1:17423/callback?code=SECRETCODE&state=SECRETSTATE").unwrap();
    let printed = format!("{callback:?}");
    assert!(!printed.contains("SECRET"), "{printed}");
}
