//! The API, as far as it can be said without a database: what there is to read and to write, in which form, and who may.
//!
//! One table each says what a list holds ([`resource::Resource`]) and what a body may hold ([`request::Body`]). The Worker
//! answers and checks by these tables, and `openapi.json` is made of them ([`openapi::document`]), so that neither can say
//! anything that the other does not.

pub mod accept;
pub mod openapi;
pub mod query;
pub mod record;
pub mod request;
pub mod resource;
pub mod scope;
