//! Responses as bytes on the connection.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::Response;
use hyper::body::{Body, Bytes, Frame};
use hyper::header::{CONTENT_LENGTH, HeaderValue};

/// A response, or an error that closes the connection without one.
pub(crate) type HttpResponse = Result<Response<ResponseBody>, io::Error>;

/// The body of a response.
#[derive(Debug)]
pub(crate) struct ResponseBody {
    bytes: Option<Bytes>,
    /// The length that the header promises.
    length: usize,
    /// True if the connection breaks before the promised length.
    is_cut: bool,
}

impl ResponseBody {
    pub(crate) fn whole(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self { length: bytes.len(), bytes: Some(bytes), is_cut: false }
    }

    /// Builds a body that promises all of `bytes` and ends with an error after the first half.
    pub(crate) fn first_half(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self { length: bytes.len(), bytes: Some(bytes.slice(..bytes.len() / 2)), is_cut: true }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.bytes.take() {
            Some(bytes) if !bytes.is_empty() => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            _ if self.is_cut => Poll::Ready(Some(Err(io::Error::other("cut short")))),
            _ => Poll::Ready(None),
        }
    }
}

/// Builds a response with a `Content-Length`.
///
/// # Errors
/// Returns an error if a header value has characters that HTTP does not allow.
pub(crate) fn response(status: u16, headers: &[(&'static str, String)], body: ResponseBody) -> HttpResponse {
    let mut response = Response::builder().status(status).header(CONTENT_LENGTH, body.length);
    for (name, value) in headers {
        response = response.header(*name, HeaderValue::from_str(value).map_err(io::Error::other)?);
    }
    response.body(body).map_err(io::Error::other)
}
