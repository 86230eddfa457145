//! Bodies as they are told of, and as they are read.

use serde::de::DeserializeOwned;
use serde_json::json;

use super::*;
use crate::order::intake::{
    ChargebackRequest, CharityRequest, CustomerRequest, LineRequest, OrderRequest, RefundLineRequest, RefundRequest,
};

/// Fields that the struct takes, by its own account of them.
fn fields_of<T: DeserializeOwned>() -> Vec<String> {
    let error = serde_json::from_value::<T>(json!({ "?": 1 })).err().unwrap().to_string();
    let known = error.split("expected").nth(1).unwrap_or_else(|| panic!("{error}"));
    known.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn sample(is: Is) -> Value {
    match is {
        Is::Flag => json!(true),
        Is::Whole(least, _) => json!(least),
        Is::Object(body) => sample_of(body),
        Is::List(body, _) => json!([sample_of(body)]),
        Is::Coupons => json!(["X"]),
        Is::AffiliateAttribution => json!({}),
        Is::Word(words) => json!(words[0]),
        Is::Text(_)
        | Is::Token
        | Is::Code
        | Is::ExternalId
        | Is::Sku
        | Is::Coupon
        | Is::Email
        | Is::Currency
        | Is::Amount
        | Is::Percent
        | Is::Rates
        | Is::Time
        | Is::Day
        | Is::Url => json!("1"),
    }
}

/// Fields that the struct reads: the agent's account is taken out before.
fn fields(body: &Body) -> impl Iterator<Item = &Field> {
    body.fields.iter().filter(|field| field.is != Is::AffiliateAttribution)
}

fn sample_of(body: &Body) -> Value {
    fields(body).map(|field| (field.name.to_owned(), sample(field.is))).collect::<Map<_, _>>().into()
}

fn is_the_body_of<T: DeserializeOwned>(body: &Body) {
    let mut told: Vec<String> = fields(body).map(|field| field.name.to_owned()).collect();
    let mut known = fields_of::<T>();
    told.sort();
    known.sort();
    assert_eq!(told, known, "{}", body.name);
    let whole = sample_of(body);
    assert!(serde_json::from_value::<T>(whole.clone()).is_ok(), "{whole}");
    for field in fields(body) {
        let mut less = whole.clone();
        less.as_object_mut().unwrap().remove(field.name);
        assert_eq!(serde_json::from_value::<T>(less).is_err(), field.is_required, "{} of {}", field.name, body.name);
    }
}

#[test]
fn what_is_told_of_orders_is_what_is_read_of_them() {
    is_the_body_of::<OrderRequest>(&ORDER);
    is_the_body_of::<CustomerRequest>(&CUSTOMER);
    is_the_body_of::<LineRequest>(&LINE);
    is_the_body_of::<CharityRequest>(&CHARITY);
    is_the_body_of::<RefundRequest>(&REFUND);
    is_the_body_of::<RefundLineRequest>(&REFUND_LINE);
    is_the_body_of::<ChargebackRequest>(&CHARGEBACK);
}

#[test]
fn a_body_says_what_is_wrong_with_it() {
    for (body, problem) in [
        (json!([]), ": want an object"),
        (json!({ "code": "X", "partner": "ann", "codes": 1 }), "codes: is no field of this body"),
        (json!({ "code": "X" }), "partner: must be given"),
        (json!({ "code": " ", "partner": "ann" }), "code: must be given"),
        (json!({ "code": null, "partner": "ann" }), "code: must be given"),
        (json!({ "code": 1, "partner": "ann" }), "code: want a text"),
        (json!({ "code": "X".repeat(65), "partner": "ann" }), "code: is longer than 64 characters"),
        (json!({ "code": "a\u{0}b", "partner": "ann" }), "code: must not hold control characters"),
    ] {
        assert_eq!(COUPON.check(&body).unwrap_err().to_string(), problem);
    }
    let body = json!({ "sku": " T ", "name": "Tour", "shown": false });
    let given = PRODUCT.check(&body).unwrap();
    assert_eq!((given.text("sku"), given.flag("shown"), given.flag("participates")), (Some("T"), Some(false), None));
}
