//! QR codes of links, for posters and handouts.

use fast_qr::convert::Builder as _;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::{QRBuilder, QRCode};
use viral_engine_api_types::LinkId;
use viral_engine_db::links::find_link;

use super::answer::url;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// Light modules around the code (ISO/IEC 18004 asks for four).
const QUIET_ZONE: usize = 4;
/// Smallest and largest edge of a PNG in pixels. The smallest shows a code of the longest URL at a pixel a module.
pub const EDGE: std::ops::RangeInclusive<u32> = 128..=2048;

/// How a code is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QrFormat {
    /// Scales to any size.
    Svg,
    /// With edges of so many pixels.
    Png {
        /// Edge in pixels, within [`EDGE`].
        edge: u32,
    },
}

/// The QR code of a link's URL.
///
/// # Errors
/// No such link; an edge out of range.
pub async fn link_qr(context: &Context, id: LinkId, format: QrFormat) -> ServiceResult<Vec<u8>> {
    let mut conn = context.connection().await?;
    let found = find_link(&mut conn, id.0).await?;
    let (row, _) = found.ok_or(ServiceError::NotFound("link"))?;
    let code = QRBuilder::new(url(context, &row))
        .ecl(fast_qr::ECL::M)
        .build()
        .map_err(|error| ServiceError::Internal(format!("no QR code: {error:?}")))?;
    match format {
        QrFormat::Svg => Ok(SvgBuilder::default()
            .margin(QUIET_ZONE)
            .to_str(&code)
            .into_bytes()),
        QrFormat::Png { edge } => png(&code, edge),
    }
}

/// Black and white, a bit a pixel. Modules have whole pixels, so the code is centred in what is left.
fn png(code: &QRCode, edge: u32) -> ServiceResult<Vec<u8>> {
    let failed = |error: png::EncodingError| ServiceError::Internal(error.to_string());
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, edge, edge);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer
        .write_image_data(&pixels(code, edge as usize)?)
        .map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

/// Rows of bits, padded to bytes; a set bit is white.
fn pixels(code: &QRCode, edge: usize) -> ServiceResult<Vec<u8>> {
    let scale = edge / (code.size + 2 * QUIET_ZONE);
    if scale == 0 {
        return Err(ServiceError::Internal("the code does not fit".to_owned()));
    }
    let offset = (edge - scale * code.size) / 2;
    let module = |pixel: usize| {
        let inside = pixel.checked_sub(offset)? / scale;
        (inside < code.size).then_some(inside)
    };
    let row_bytes = edge.div_ceil(8);
    let mut bits = vec![0_u8; row_bytes * edge];
    for y in 0..edge {
        for x in 0..edge {
            let dark = match (module(x), module(y)) {
                (Some(column), Some(row)) => code[row][column].value(),
                _ => false,
            };
            if !dark {
                bits[y * row_bytes + x / 8] |= 0x80 >> (x % 8);
            }
        }
    }
    Ok(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_png_shows_the_modules_of_the_code_inside_a_quiet_zone() {
        let code = QRBuilder::new("https://go.example.org/l/abc")
            .build()
            .unwrap();
        let edge = 300;
        let scale = edge / (code.size + 2 * QUIET_ZONE);
        let offset = (edge - scale * code.size) / 2;
        assert!(offset >= QUIET_ZONE * scale);
        let bytes = png(&code, edge as u32).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height), (300, 300));
        let is_white =
            |x: usize, y: usize| pixels[y * info.line_size + x / 8] & (0x80 >> (x % 8)) != 0;
        for row in 0..code.size {
            for column in 0..code.size {
                let at = |module: usize| offset + module * scale + scale / 2;
                assert_eq!(!is_white(at(column), at(row)), code[row][column].value());
            }
        }
        assert!(is_white(0, 0) && is_white(offset - 1, offset - 1));
    }
}
