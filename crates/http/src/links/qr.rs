//! QR codes of links.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use viral_engine_api_types::{FieldError, LinkId};
use viral_engine_service::ServiceError;
use viral_engine_service::links::{self, EDGE, QrFormat};

use crate::extract::{Caller, PathId, Query};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Edge of a PNG that does not say, in pixels.
const DEFAULT_EDGE: u32 = 512;

/// How a code is drawn.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImageFormat {
    /// Scales to any size.
    #[default]
    Svg,
    /// Pixels.
    Png,
}

/// How a code is drawn.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QrImage {
    /// Kind of image; `svg` when absent.
    #[param(inline)]
    format: Option<ImageFormat>,
    /// Edge of a PNG in pixels.
    #[param(minimum = 128, maximum = 2048, default = 512)]
    size: Option<u32>,
}

/// The QR code of a link
///
/// It holds the short link, by alias if there is one.
#[utoipa::path(
    tag = "links",
    params(("id" = LinkId, Path, description = "The link"), QrImage),
    responses((status = 200, description = "The image", content((String = "image/svg+xml"), (Vec<u8> = "image/png"))))
)]
#[get("/v1/links/{id}/qr")]
pub async fn get_link_qr(
    state: Data<AppState>,
    _caller: Caller,
    id: PathId<LinkId>,
    image: Query<QrImage>,
) -> ApiResult<HttpResponse> {
    let edge = image.size.unwrap_or(DEFAULT_EDGE);
    if !EDGE.contains(&edge) {
        let detail = "Give a size of 128 to 2048 pixels.";
        return Err(
            ServiceError::BadRequest(FieldError::new("?size", "out_of_range", detail)).into(),
        );
    }
    let (format, media_type) = match image.format.unwrap_or_default() {
        ImageFormat::Svg => (QrFormat::Svg, "image/svg+xml"),
        ImageFormat::Png => (QrFormat::Png { edge }, "image/png"),
    };
    let bytes = links::link_qr(&state.context, id.0, format).await?;
    Ok(HttpResponse::Ok().content_type(media_type).body(bytes))
}
