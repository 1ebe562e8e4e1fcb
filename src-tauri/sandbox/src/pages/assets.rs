//! Style sheet, icon and pictures. Pictures are drawn from the id: a soft gradient of two colours.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

use crate::{dice, pages::html::with_page_headers, reply::Reply};

const STYLE: &str = include_str!("style.css");
/// Side of a picture in pixels.
const SIDE: usize = 96;

/// `GET /static/style.css`.
pub(crate) async fn style() -> Response {
    let reply = Reply::text(200, "text/css; charset=utf-8", STYLE.to_owned());
    with_page_headers(reply).into_response()
}

/// `GET /static/icon.png`.
pub(crate) async fn icon() -> Response {
    picture_response("icon")
}

/// `GET /cdn/profile/{id}.png` and `/cdn/media/{id}.png`.
pub(crate) async fn picture(Path(name): Path<String>) -> Response {
    picture_response(&name)
}

/// `GET /cdn/odd/{kind}/{id}.jpg`: what is no picture, or more of one than anybody should take in.
pub(crate) async fn odd(Path((kind, name)): Path<(String, String)>) -> Response {
    let jpeg = ("content-type", "image/jpeg");
    match kind.as_str() {
        "svg" => {
            let text = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
            ([jpeg], text).into_response()
        }
        "bomb" => ([jpeg], bomb()).into_response(),
        "huge" => (
            [jpeg],
            [&[0xff, 0xd8, 0xff][..], &vec![0; 30_000_000]].concat(),
        )
            .into_response(),
        _ => {
            let elsewhere = format!("http://pictures.example/{name}");
            (StatusCode::FOUND, [("location", elsewhere)]).into_response()
        }
    }
}

/// A PNG whose head promises 60 000 by 60 000 pixels.
fn bomb() -> Vec<u8> {
    let side = 60_000_u32.to_be_bytes();
    let mut header = [side, side].concat();
    header.extend([8, 2, 0, 0, 0]); // depth 8, colours
    let mut file = vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
    chunk(&mut file, b"IHDR", &header);
    chunk(&mut file, b"IDAT", &stored(&[0; 64]));
    chunk(&mut file, b"IEND", &[]);
    file
}

fn picture_response(name: &str) -> Response {
    let headers = [
        ("content-type", "image/png"),
        ("cache-control", "max-age=600"),
    ];
    (headers, png(name)).into_response()
}

/// A PNG (W3C PNG specification, third edition): eight-bit palette, stored without compression.
fn png(name: &str) -> Vec<u8> {
    let draw = dice::number(0, name, 0).to_be_bytes();
    let side = u32::try_from(SIDE).unwrap_or_default().to_be_bytes();
    let mut header = [side, side].concat();
    header.extend([8, 3, 0, 0, 0]); // depth 8, palette
    let mut file = vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
    chunk(&mut file, b"IHDR", &header);
    chunk(
        &mut file,
        b"PLTE",
        &palette([draw[0], draw[1], draw[2]], [draw[3], draw[4], draw[5]]),
    );
    chunk(&mut file, b"IDAT", &stored(&pixels()));
    chunk(&mut file, b"IEND", &[]);
    file
}

/// A row is a filter byte (none) and one palette index for each pixel, rising to the lower right.
fn pixels() -> Vec<u8> {
    let row = |y: usize| (0..SIDE).map(move |x| u8::try_from(x + y).unwrap_or(u8::MAX));
    (0..SIDE)
        .flat_map(|y| std::iter::once(0).chain(row(y)))
        .collect()
}

fn palette(from: [u8; 3], to: [u8; 3]) -> Vec<u8> {
    let steps = 2 * SIDE;
    let mix = |step: usize, channel: usize| {
        // Between 64 and 223, so that no picture is black or white.
        let soft = |value: u8| 64 + usize::from(value) * 5 / 8;
        let mixed = (soft(from[channel]) * (steps - step) + soft(to[channel]) * step) / steps;
        u8::try_from(mixed).unwrap_or(u8::MAX)
    };
    (0..steps)
        .flat_map(|step| (0..3).map(move |channel| mix(step, channel)))
        .collect()
}

/// A zlib stream (RFC 1950) of one stored block (RFC 1951 section 3.2.4).
fn stored(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    let mut stream = vec![0x78, 0x01, 0x01];
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend(bytes);
    stream.extend(adler32(bytes).to_be_bytes());
    stream
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap_or_default();
    let body = [kind.as_slice(), bytes].concat();
    file.extend(length.to_be_bytes());
    file.extend(&body);
    file.extend(crc32(&body).to_be_bytes());
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

fn adler32(bytes: &[u8]) -> u32 {
    let (low, high) = bytes.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    (high << 16) | low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_match_their_published_examples() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn pictures_differ_by_id_and_fit_one_stored_block() {
        assert_ne!(png("1"), png("2"));
        assert_eq!(png("1"), png("1"));
        assert_eq!(pixels().len(), SIDE * (SIDE + 1));
        assert!(pixels().len() <= usize::from(u16::MAX));
    }
}
