//! `limit` and `cursor`, for lists without filters of their own. Lists with filters repeat the two fields: a
//! flattened struct could not refuse unknown parameters.

use serde::Deserialize;
use utoipa::IntoParams;
use viral_engine_service::ServiceResult;
use viral_engine_service::cursor::PageRequest;

/// Parameters of a list without filters.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// Most items on the page; default 25.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `next_cursor` or `prev_cursor` of another page.
    pub cursor: Option<String>,
}

impl PageParams {
    /// The page that is asked for.
    ///
    /// # Errors
    /// 400 when either is out of range or malformed.
    pub fn request(&self) -> ServiceResult<PageRequest> {
        PageRequest::parse(self.limit, self.cursor.as_deref())
    }
}
