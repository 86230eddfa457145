//! Which column is which, by the names that shops' exports and people give them.

use super::Table;

/// Columns by what they may be called, the likeliest first. Blanks, `_`, `-` and case do not matter.
const NAMES: &[(&str, &[&str])] = &[
    (
        "external_id",
        &[
            "external id",
            "order id",
            "order number",
            "order no",
            "order",
            "invoice",
            // Of Shopify's export `Id` is what its hooks call an order, `Name` what people do.
            "id",
            "name",
            "номер заказа",
            "заказ",
            "номер",
        ],
    ),
    ("status", &["status", "financial status", "order status", "статус"]),
    ("currency", &["currency", "валюта"]),
    ("paid_at", &["paid at", "date paid", "payment date", "paid", "оплачен", "дата оплаты"]),
    ("placed_at", &["placed at", "created at", "date created", "order date", "date", "дата заказа", "дата"]),
    ("email", &["email", "e mail", "customer email", "customer e mail", "billing email", "почта", "эл. почта"]),
    ("sku", &["sku", "lineitem sku", "product sku", "product", "товар", "артикул"]),
    ("quantity", &["quantity", "lineitem quantity", "qty", "количество"]),
    ("net", &["net", "net amount", "subtotal", "amount", "total", "сумма"]),
    ("coupon", &["coupon", "coupon code", "discount code", "coupons", "promo code", "промокод", "купон"]),
    ("partner", &["partner", "affiliate", "partner code", "партнёр", "партнер"]),
    ("customer_id", &["customer id", "customer", "покупатель"]),
    ("subscription", &["subscription", "subscription id", "подписка"]),
    ("refund_id", &["refund id", "refund", "номер возврата", "возврат"]),
    ("at", &["at", "refunded at", "refund date", "created at", "date", "дата возврата", "дата"]),
    ("amount", &["amount", "refund amount", "refunded amount", "total", "сумма"]),
    ("kind", &["kind", "type", "вид"]),
    ("code", &["code", "partner code", "id", "код"]),
    ("name", &["name", "full name", "title", "имя", "название"]),
    ("participates", &["takes part", "участвует"]),
    ("shown", &["visible", "published", "показан"]),
    ("parent_code", &["parent code", "parent", "sponsor", "upline", "наставник"]),
    ("program", &["program", "программа"]),
];

/// The place of each column, one place for one column.
pub(super) fn places(known: &[&str], table: &Table<'_>) -> Vec<Option<usize>> {
    let columns: Vec<String> = table.columns().iter().map(|name| plain(name)).collect();
    let exact: Vec<Option<usize>> = known.iter().map(|name| table.place(name)).collect();
    let mut taken: Vec<usize> = exact.iter().flatten().copied().collect();
    let mut places = Vec::with_capacity(known.len());
    for (name, exact) in known.iter().zip(exact) {
        let names = NAMES.iter().find(|(column, _)| column == name).map_or(&[][..], |(_, names)| names);
        let guessed = || {
            names.iter().find_map(|name| {
                columns.iter().position(|column| column == name).filter(|place| !taken.contains(place))
            })
        };
        let place = exact.or_else(guessed);
        taken.extend(place);
        places.push(place);
    }
    places
}

fn plain(name: &str) -> String {
    name.to_lowercase().replace(['_', '-'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Kind;

    fn guessed(kind: Kind, header: &str) -> String {
        let table = Table::open(header);
        let places = kind.guess(&table);
        let named = kind.columns().iter().zip(places);
        named
            .filter_map(|(name, place)| Some(format!("{name}={}", table.columns()[place?])))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn columns_of_shops_are_known_by_their_names() {
        assert_eq!(
            guessed(
                Kind::Orders,
                "Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Total,Discount Code,Created at,Lineitem quantity,Lineitem sku"
            ),
            "external_id=Name status=Financial Status currency=Currency paid_at=Paid at placed_at=Created at email=Email \
             sku=Lineitem sku quantity=Lineitem quantity net=Subtotal coupon=Discount Code"
        );
        // What its hooks call an order goes before what people do.
        assert_eq!(guessed(Kind::Orders, "Name,Id,Subtotal"), "external_id=Id net=Subtotal");
        assert_eq!(
            guessed(Kind::Orders, "Номер заказа;Сумма;Дата оплаты;Промокод"),
            "external_id=Номер заказа paid_at=Дата оплаты net=Сумма coupon=Промокод"
        );
        assert_eq!(
            guessed(Kind::Refunds, "order_id,Refund-ID,amount,DATE"),
            "external_id=order_id refund_id=Refund-ID at=DATE amount=amount"
        );
        assert_eq!(guessed(Kind::Partners, "Name,Code,E-mail"), "code=Code name=Name email=E-mail");
        assert_eq!(
            guessed(Kind::Products, "Title,Product-SKU,Published"),
            "sku=Product-SKU name=Title shown=Published"
        );
    }

    #[test]
    fn a_column_that_has_our_name_is_that_column_and_no_other() {
        assert_eq!(guessed(Kind::Orders, "id,external_id,total,net"), "external_id=external_id net=net");
    }
}
