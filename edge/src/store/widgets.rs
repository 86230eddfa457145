//! What widgets on partners' sites show.

use tributary_shared::link::LinkCode;
use tributary_shared::time::Timestamp;
use worker::{Env, Result};

use super::row::Row;
use super::{many, number};

/// Product cards behind a link: what the product is called, and the code of the link that the card leads through.
pub(crate) async fn cards(env: &Env, code: &LinkCode, now: Timestamp, most: i64) -> Result<Vec<(String, String)>> {
    let asked = vec![code.as_str().into(), number(now.unix_seconds()), number(most)];
    many(env, &[(sql!("widget_cards.sql"), asked)]).await?.table(0, card)
}

fn card(row: &Row) -> Result<(String, String)> {
    Ok((row.text("name")?, row.text("link")?))
}
