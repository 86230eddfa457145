//! Bodies of events, as the Worker and the imports store them, read without a detour.
//!
//! Nearly all are of an order, compact and without anything escaped. Those are read here in one pass, with no allocation
//! but for what is kept; whatever looks otherwise is left to the general reader, which also says what is wrong with it.

use tributary_shared::contact::Email;
use tributary_shared::id::{Code, CouponCode, ExternalId, LinkId, PartnerId, Sku, TouchId, VisitorId};
use tributary_shared::order::{Customer, EventBody, Line, OrderCharity, Snapshot, Status};
use tributary_shared::time::Timestamp;
use tributary_shared::touch::{Touch, TouchKind};

/// Reads what an event says.
pub(super) fn read(text: &str) -> Result<EventBody, serde_json::Error> {
    let mut rest = Text { text, at: 0 };
    match snapshot(&mut rest).filter(|_| rest.at == text.len()) {
        Some(snapshot) => Ok(EventBody::Order(Box::new(snapshot))),
        None => serde_json::from_str(text),
    }
}

fn snapshot(text: &mut Text<'_>) -> Option<Snapshot> {
    let (mut kind, mut status, mut currency, mut lines) = (None, None, None, None);
    let (mut placed_at, mut paid_at, mut as_of) = (None, None, None);
    let (mut partner, mut placed_by, mut service_date, mut visitor) = (None, None, None, None);
    let (mut subscription, mut hold_days, mut charity, mut gross_minor) = (None, None, None, None);
    let (mut coupons, mut carried) = (Vec::new(), Vec::new());
    let mut customer = Customer::default();
    let mut token_refused = false;
    text.object(|text, key| {
        match key {
            "kind" => kind = Some(text.string().filter(|kind| *kind == "order")?),
            "status" => status = Some(Status::parse(text.string()?)?),
            "currency" => currency = Some(text.string()?.parse().ok()?),
            "placed_at" => placed_at = Some(text.instant()?),
            "paid_at" => paid_at = Some(text.instant()?),
            "customer" => customer = read_customer(text)?,
            "lines" => lines = Some(text.list(line)?),
            "coupons" => coupons = text.list(|text| CouponCode::parse(text.string()?).ok())?,
            "partner" => partner = Some(Code::parse(text.string()?).ok()?),
            "placed_by" => placed_by = Some(text.string()?.to_owned()),
            "service_date" => service_date = Some(text.string()?.to_owned()),
            "carried" => carried = text.list(touch)?,
            "visitor" => visitor = Some(VisitorId(text.string()?.parse().ok()?)),
            "token_refused" => token_refused = text.truth()?,
            "subscription" => subscription = Some(ExternalId::parse(text.string()?).ok()?),
            "hold_days" => hold_days = Some(u32::try_from(text.integer()?).ok()?),
            "charity" => charity = Some(read_charity(text)?),
            "gross_minor" => gross_minor = Some(text.integer()?),
            "as_of" => as_of = Some(text.instant()?),
            _ => return None,
        }
        Some(())
    })?;
    kind?;
    Some(Snapshot {
        status: status?,
        currency: currency?,
        placed_at,
        paid_at,
        customer,
        lines: lines?,
        coupons,
        partner,
        placed_by,
        service_date,
        carried,
        visitor,
        token_refused,
        subscription,
        hold_days,
        charity,
        gross_minor,
        as_of,
    })
}

fn read_customer(text: &mut Text<'_>) -> Option<Customer> {
    let mut customer = Customer::default();
    text.object(|text, key| {
        match key {
            "email" => customer.email = Some(Email::parse(text.string()?).ok()?),
            "external_id" => customer.external_id = Some(ExternalId::parse(text.string()?).ok()?),
            "name" => customer.name = Some(text.string()?.to_owned()),
            _ => return None,
        }
        Some(())
    })?;
    Some(customer)
}

fn line(text: &mut Text<'_>) -> Option<Line> {
    let (mut sku, mut quantity, mut net_minor, mut refunded_minor, mut id) = (None, None, None, 0, None);
    text.object(|text, key| {
        match key {
            "sku" => sku = Some(Sku::parse(text.string()?).ok()?),
            "quantity" => quantity = Some(u32::try_from(text.integer()?).ok()?),
            "net_minor" => net_minor = Some(text.integer()?),
            "refunded_minor" => refunded_minor = text.integer()?,
            "id" => id = Some(ExternalId::parse(text.string()?).ok()?),
            _ => return None,
        }
        Some(())
    })?;
    Some(Line { sku: sku?, quantity: quantity?, net_minor: net_minor?, refunded_minor, id })
}

fn touch(text: &mut Text<'_>) -> Option<Touch> {
    let (mut id, mut kind, mut partner, mut link, mut at) = (None, None, None, None, None);
    text.object(|text, key| {
        match key {
            "id" => id = Some(TouchId(text.string()?.parse().ok()?)),
            "kind" => kind = Some(TouchKind::parse(text.string()?)?),
            "partner" => partner = Some(PartnerId(text.integer()?)),
            "link" => link = if text.eat("null").is_some() { None } else { Some(LinkId(text.integer()?)) },
            "at" => at = Some(text.instant()?),
            _ => return None,
        }
        Some(())
    })?;
    Some(Touch { id: id?, kind: kind?, partner: partner?, link, at: at? })
}

fn read_charity(text: &mut Text<'_>) -> Option<OrderCharity> {
    let (mut code, mut percent) = (None, None);
    text.object(|text, key| {
        match key {
            "code" => code = Some(Code::parse(text.string()?).ok()?),
            "percent" => percent = Some(text.string()?.parse().ok()?),
            _ => return None,
        }
        Some(())
    })?;
    Some(OrderCharity { code: code?, percent })
}

/// A JSON text without blanks, up to where it was read. `None` is: not as we write it.
struct Text<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Text<'a> {
    fn eat(&mut self, word: &str) -> Option<()> {
        let is_there = self.text.as_bytes().get(self.at..)?.starts_with(word.as_bytes());
        self.at += if is_there { word.len() } else { 0 };
        is_there.then_some(())
    }

    /// A text with nothing escaped in it.
    fn string(&mut self) -> Option<&'a str> {
        self.eat("\"")?;
        let rest = self.text.as_bytes().get(self.at..)?;
        let length = rest.iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < b' ')?;
        let found = self.text.get(self.at..self.at + length)?;
        self.at += length;
        self.eat("\"")?;
        Some(found)
    }

    fn integer(&mut self) -> Option<i64> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let length = rest.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'-').unwrap_or(rest.len());
        // A number with a point or an exponent goes on.
        if matches!(rest.get(length), Some(b'.' | b'e' | b'E')) {
            return None;
        }
        let number = self.text.get(self.at..self.at + length)?.parse().ok()?;
        self.at += length;
        Some(number)
    }

    fn instant(&mut self) -> Option<Timestamp> {
        self.integer().map(Timestamp::from_unix_seconds)
    }

    fn truth(&mut self) -> Option<bool> {
        self.eat("true").map(|()| true).or_else(|| self.eat("false").map(|()| false))
    }

    /// Calls `field` with each name, the text standing before its value.
    fn object(&mut self, mut field: impl FnMut(&mut Self, &'a str) -> Option<()>) -> Option<()> {
        self.eat("{")?;
        if self.eat("}").is_some() {
            return Some(());
        }
        loop {
            let key = self.string()?;
            self.eat(":")?;
            field(self, key)?;
            if self.eat(",").is_none() {
                return self.eat("}");
            }
        }
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut items = Vec::new();
        self.eat("[")?;
        if self.eat("]").is_some() {
            return Some(items);
        }
        loop {
            items.push(item(self)?);
            if self.eat(",").is_none() {
                return self.eat("]").map(|()| items);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that an order can say.
    const FULL: &str = r#"{"kind":"order","status":"paid","currency":"EUR","placed_at":1785542000,"paid_at":1785542400,"customer":{"email":"Бёрк@x.test","external_id":"c 7","name":"N"},"lines":[{"sku":"T-7","quantity":2,"net_minor":-5,"refunded_minor":0},{"sku":"T-8","quantity":1,"net_minor":7,"refunded_minor":3,"id":"li 8"}],"coupons":["SAVE"],"partner":"P1","placed_by":"Olga","service_date":"2026-12-24","carried":[{"id":"01970000-0000-7000-9000-000000000001","kind":"click","partner":1,"link":2,"at":5},{"id":"00000000-0000-0000-0000-000000000000","kind":"visit","partner":1,"link":null,"at":6}],"visitor":"00000000-0000-4000-8000-000000000009","token_refused":true,"subscription":"s1","hold_days":9,"charity":{"code":"rivers","percent":"1.5"},"gross_minor":900,"as_of":1785542401}"#;

    fn quick(text: &str) -> Option<EventBody> {
        let mut rest = Text { text, at: 0 };
        let snapshot = snapshot(&mut rest).filter(|_| rest.at == text.len())?;
        Some(EventBody::Order(Box::new(snapshot)))
    }

    #[test]
    fn what_an_order_says_is_read_as_the_general_reader_reads_it() {
        let general: EventBody = serde_json::from_str(FULL).unwrap();
        assert_eq!(quick(FULL).unwrap(), general);
        // As it is stored: nothing that an order can have is missing above.
        let stored = serde_json::to_string(&general).unwrap();
        assert_eq!(quick(&stored).unwrap(), general);
        assert_eq!(stored.len(), FULL.len());
    }

    #[test]
    fn whatever_is_written_otherwise_is_left_to_the_general_reader() {
        let order = r#"{"kind":"order","status":"paid","currency":"EUR","paid_at":1,"lines":[]}"#;
        assert!(quick(order).is_some());
        for (from, to) in [
            ("\"paid\"", "\"p\\u0061id\""),
            ("\"kind\":\"order\",", ""),
            ("\"lines\":[]", "\"lines\": []"),
            ("\"lines\":[]", "\"lines\":[],\"new\":1"),
            ("\"paid_at\":1", "\"paid_at\":null"),
            ("\"paid_at\":1", "\"paid_at\":1.0"),
            ("EUR", "eur"),
            ("]}", "]}}"),
        ] {
            let other = order.replacen(from, to, 1);
            assert_ne!(other, order);
            assert_eq!(quick(&other), None, "{other}");
        }
        let escaped = order.replace("\"paid\"", "\"p\\u0061id\"");
        assert_eq!(read(&escaped).unwrap(), read(order).unwrap());
        let refund = r#"{"kind":"refund","refund_id":"r1","at":1,"amount":"1.00"}"#;
        assert!(matches!(read(refund), Ok(EventBody::Refund(_))));
        assert!(read("{").is_err());
    }
}
