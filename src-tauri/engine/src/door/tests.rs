use super::*;

#[test]
#[cfg(unix)]
fn a_long_data_folder_still_has_a_socket_that_fits() {
    let short = Path::new("/home/ann/.local/share/relink");
    assert_eq!(path(short), short.join("relink.sock"));
    let long = Path::new("/home/ann").join("x".repeat(120));
    assert!(path(&long).as_os_str().len() <= 108, "{:?}", path(&long));
    assert_ne!(
        path(&long),
        path(&long.join("y")),
        "two folders never share a door"
    );
}
