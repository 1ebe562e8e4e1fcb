//! A small picture out of what somebody calls a picture.
//!
//! What it is, its first bytes say, never its name or label; how large it is, its head, before anything of it is
//! decoded. What comes out is made anew, so nothing that hides in a picture's file reaches the page. (Security
//! document, N8.)

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader};
use thiserror::Error;

/// The largest file that is fetched, in bytes. Instagram's own are smaller than a tenth of it.
pub const MAX_FILE: usize = 8 * 1024 * 1024;

/// The most pixels that are decoded. (Security document, N8.)
const MAX_PIXELS: u64 = 50_000_000;

/// The longer side of what is kept, in pixels: twice what the page shows, for fine screens.
const LONGEST_SIDE: u32 = 320;

/// How much of the picture's detail is kept, in percent.
const QUALITY: u8 = 80;

/// Why there is no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotAPicture {
    /// Neither JPEG, PNG nor WebP by its first bytes.
    #[error("its bytes are none of the kinds of pictures that are read")]
    Kind,
    /// More pixels than are decoded.
    #[error("it has too many pixels")]
    TooManyPixels,
    /// It breaks off or contradicts itself.
    #[error("it is damaged")]
    Damaged,
}

/// Makes the small picture, a JPEG. Takes a moment of computing: not for an event loop.
///
/// # Errors
/// [`NotAPicture`].
pub fn small(file: &[u8]) -> Result<Vec<u8>, NotAPicture> {
    let format = match image::guess_format(file) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) => format,
        Ok(_) | Err(_) => return Err(NotAPicture::Kind),
    };
    let damaged = |_| NotAPicture::Damaged;
    let mut decoder = ImageReader::with_format(Cursor::new(file), format)
        .into_decoder()
        .map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(NotAPicture::TooManyPixels);
    }
    let turned = decoder.orientation().map_err(damaged)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    if width.max(height) > LONGEST_SIDE {
        picture = picture.thumbnail(LONGEST_SIDE, LONGEST_SIDE);
    }
    picture.apply_orientation(turned);
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode_image(&picture.into_rgb8())
        .map_err(damaged)?;
    Ok(jpeg)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::RgbImage;

    fn file(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 90]))
            .write_to(&mut bytes, format)
            .expect("a picture");
        bytes.into_inner()
    }

    fn size(jpeg: &[u8]) -> (u32, u32) {
        let reader = ImageReader::with_format(Cursor::new(jpeg), ImageFormat::Jpeg);
        reader.into_dimensions().expect("a JPEG")
    }

    #[test]
    fn pictures_become_small_jpegs_of_the_same_shape() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let small = small(&file(1080, 540, format)).expect("a picture");
            assert_eq!(size(&small), (320, 160), "{format:?}");
        }
        let tiny = small(&file(5, 3, ImageFormat::Png)).expect("a picture");
        assert_eq!(size(&tiny), (5, 3), "none is made larger");
    }

    #[test]
    fn what_is_no_picture_by_its_bytes_is_refused() {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>";
        for odd in [
            &svg[..],
            b"<!doctype html><html>",
            b"",
            b"GIF89a\x01\x00\x01\x00",
            b"BM",
            b"II*\0",
        ] {
            assert_eq!(small(odd), Err(NotAPicture::Kind));
        }
    }

    /// A head that promises 60 000 by 60 000 pixels, in a file of a few bytes.
    #[test]
    fn a_bomb_is_refused_by_its_head() {
        let mut png = file(1, 1, ImageFormat::Png);
        png[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let crc = crc(&png[12..29]);
        png[29..33].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(small(&png), Err(NotAPicture::TooManyPixels));
    }

    #[test]
    fn a_damaged_picture_is_named_wherever_it_breaks_off() {
        let whole = file(64, 64, ImageFormat::Png);
        for length in 8..whole.len() - 20 {
            assert_eq!(
                small(&whole[..length]),
                Err(NotAPicture::Damaged),
                "{length}"
            );
        }
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let mut chance = 7_u32;
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let whole = file(32, 32, format);
            for _ in 0..300 {
                let mut bytes = whole.clone();
                for _ in 0..4 {
                    chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let at = chance as usize % bytes.len();
                    bytes[at] = (chance >> 8) as u8;
                }
                drop(small(&bytes));
            }
        }
    }

    /// The check sum of a PNG's chunk (ISO 3309).
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                (sum >> 1) ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 }
            })
        })
    }
}
