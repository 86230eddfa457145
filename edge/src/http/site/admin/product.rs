//! One product: its check boxes, rates and hold, the pages that describe it, and what it is advertised with.

use tributary_shared::id::ProgramId;
use tributary_shared::json;
use tributary_shared::link::target;
use tributary_shared::program::{HOLD_DAYS_MAX, ProgramRules};
use tributary_shared::rules::ProductTerms;

use super::program_form;
use crate::config::config;
use crate::http::site::entries::segment;
use crate::http::site::form::Filled;
use crate::http::site::visit::Visit;
use crate::http::site::{Refusal, Shown, html, materials as shown, to};
use crate::pages::frame::{Frame, Key, Tone};
use crate::pages::sheet::{Cell, Control, Field, Form, Group, Part, Purpose, Sheet, Table};
use crate::store::history::{self, Change};
use crate::store::materials::{self, Material, ProductCard};
use crate::store::products;

/// The longest name, title and mail.
const TEXT_CHARACTERS_MAX: usize = 10_000;
pub(super) const NAME_CHARACTERS_MAX: usize = 200;

/// The most pages that describe a product.
const PAGES_MAX: usize = 50;

/// The most materials of a product: with their HTML they must fit a page.
const MATERIALS_MAX: usize = 50;

/// The widest and highest banner, in pixels.
const SIDE_MAX: u32 = 4_096;

async fn known(visit: &Visit<'_>) -> Result<(ProductCard, ProductTerms), Refusal> {
    let card = materials::card(visit.env, &visit.segment, ("", "", ""), visit.now).await?.ok_or(Refusal::NotFound)?;
    let terms = json::read(&card.terms)
        .map_err(|_| worker::Error::RustError(format!("the terms of {} cannot be read", card.sku)))?;
    Ok((card, terms))
}

/// The product.
pub(in crate::http::site) async fn product(visit: &Visit<'_>) -> Shown {
    let (card, terms) = known(visit).await?;
    let frame = visit.frame(card.name.clone());
    let (form, material) = (filled(visit, &card, &terms)?, material_filled(visit, &card));
    show(visit, 200, frame, &card, &form, &material)
}

/// The product as a form.
fn filled(visit: &Visit<'_>, card: &ProductCard, terms: &ProductTerms) -> Result<Filled, Refusal> {
    let mut form = Filled::new(visit.language);
    form.set("name", &card.name);
    form.set("participates", if terms.participates { "1" } else { "" });
    for program in &terms.programs {
        form.set(&box_of(*program), "1");
    }
    form.set("shown", if terms.shown { "1" } else { "" });
    form.set("hold_days", terms.hold_days.map_or(String::new(), |days| days.to_string()));
    form.set("pages", card.pages.join("\n"));
    program_form::fill_rates(&mut form, &terms.rates, program_form::currency(card.currency)?);
    Ok(form)
}

/// The material that the address names, as a form; an empty one, if it names none.
fn material_filled(visit: &Visit<'_>, card: &ProductCard) -> Filled {
    let mut form = Filled::new(visit.language);
    let asked = visit.query_number("material");
    if let Some(material) = card.materials.iter().find(|material| material.id.is_some() && material.id == asked) {
        form.set("material", material.id.map_or(String::new(), |id| id.to_string()));
        form.set("kind", &material.kind);
        form.set("title", &material.title);
        form.set("body", &material.body);
        form.set("picture", &material.picture);
        let pixels = |side: i64| if side == 0 { String::new() } else { side.to_string() };
        form.set("width", pixels(material.width));
        form.set("height", pixels(material.height));
    }
    form
}

/// Saves the product, or one of its materials.
pub(in crate::http::site) async fn change(visit: &Visit<'_>) -> Shown {
    let (card, before) = known(visit).await?;
    match visit.field("do") {
        "save" => save(visit, &card, &before).await,
        "material" | "remove" => save_material(visit, &card, &before).await,
        _ => Err(Refusal::NotFound),
    }
}

async fn save(visit: &Visit<'_>, card: &ProductCard, before: &ProductTerms) -> Shown {
    let mut form = visit.filled();
    let name = form.text("name", NAME_CHARACTERS_MAX).replace('\n', " ");
    if name.is_empty() {
        form.bad_key("name", Key("problem-missing"));
    }
    let rates = program_form::read_rates(&mut form, program_form::currency(card.currency)?);
    let whole = ProgramRules { tiers: rates.clone(), ..ProgramRules::standard() };
    program_form::check(&mut form, &whole);
    let after = ProductTerms {
        participates: form.get("participates") == "1",
        programs: card.programs.iter().map(|(id, _)| *id).filter(|id| form.get(&box_of(*id)) == "1").collect(),
        shown: form.get("shown") == "1",
        rates,
        hold_days: form.whole("hold_days", 0, HOLD_DAYS_MAX),
        charity: before.charity,
    };
    let hosts = &config(visit.env).site.hosts;
    let mut pages = Vec::new();
    for line in
        form.get("pages").lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    {
        match hosts.check(&line) {
            Ok(url) => pages.push(url.to_string()),
            Err(error) => form.bad("pages", error.to_string()),
        }
    }
    if pages.len() > PAGES_MAX {
        form.bad("pages", visit.t1("problem-many", "most", &PAGES_MAX.to_string()));
    }
    if !form.is_good() {
        let frame = visit.frame_saying(card.name.clone(), Tone::Bad, visit.t("form-problems"));
        return show(visit, 422, frame, card, &form, &material_filled(visit, card));
    }
    let stored = products::terms_text(&after)?;
    let mut statements = vec![materials::rename(card.id, &name)];
    statements.extend(materials::put_pages(card.id, &pages));
    if after != *before {
        statements.push(products::put_product_terms(card.id, stored.clone(), visit.who(), visit.now));
    }
    let told = |name: &str, terms: &str, pages: &[String]| format!("{name}\n{terms}\n{}", pages.join("\n"));
    let line = Change {
        at: visit.now,
        who: visit.who(),
        what: "product.changed",
        subject: &card.sku,
        before: told(&card.name, &card.terms, &card.pages),
        after: told(&name, &stored, &pages),
    };
    history::change(visit.env, &statements, None, &line).await?;
    Ok(to(&format!("{}?said=products-saved", path(card)), &[])?)
}

async fn save_material(visit: &Visit<'_>, card: &ProductCard, terms: &ProductTerms) -> Shown {
    let mut form = visit.filled();
    let id = form.get("material").parse::<i64>().ok();
    let old = card.materials.iter().find(|material| id.is_some() && material.id == id);
    if id.is_some() && old.is_none() {
        return Err(Refusal::NotFound);
    }
    let told =
        |material: &Material| format!("{}: {}\n{}\n{}", material.kind, material.title, material.body, material.picture);
    let mut line = Change {
        at: visit.now,
        who: visit.who(),
        what: "material.removed",
        subject: &card.sku,
        before: old.map(told).unwrap_or_default(),
        after: String::new(),
    };
    let statement = if let (Some(id), "remove") = (id, visit.field("do")) {
        materials::delete(card.id, id)
    } else {
        let material = read_material(visit, &mut form, id);
        if id.is_none() && card.materials.len() >= MATERIALS_MAX {
            form.bad("title", visit.t1("problem-many", "most", &MATERIALS_MAX.to_string()));
        }
        if !form.is_good() {
            let frame = visit.frame_saying(card.name.clone(), Tone::Bad, visit.t("form-problems"));
            return show(visit, 422, frame, card, &filled(visit, card, terms)?, &form);
        }
        line.what = "material.saved";
        line.after = told(&material);
        materials::put(card.id, &material)
    };
    history::change(visit.env, &[statement], None, &line).await?;
    Ok(to(&format!("{}?said=products-saved", path(card)), &[])?)
}

/// The material of a form; what is wrong is said beside its fields.
fn read_material(visit: &Visit<'_>, form: &mut Filled, id: Option<i64>) -> Material {
    let kind = match form.get("kind") {
        kind @ ("text" | "banner" | "mail") => kind.to_owned(),
        _ => {
            form.bad_key("kind", Key("problem-missing"));
            String::new()
        }
    };
    let title = form.text("title", NAME_CHARACTERS_MAX).replace('\n', " ");
    let body = form.text("body", TEXT_CHARACTERS_MAX);
    if title.is_empty() {
        form.bad_key("title", Key("problem-missing"));
    }
    if kind == "mail" && body.is_empty() {
        form.bad_key("body", Key("problem-missing"));
    }
    if kind != "banner" {
        return Material { id, kind, title, body, picture: String::new(), width: 0, height: 0 };
    }
    // Over https, or on one of the merchant's hosts, which may be this machine's.
    let given = form.get("picture").to_owned();
    let is_fit = |url: &url::Url| url.scheme() == "https" || config(visit.env).site.hosts.check(&given).is_ok();
    let picture = target(&given).ok().filter(is_fit).map_or(String::new(), |url| url.to_string());
    if picture.is_empty() {
        form.bad_key("picture", Key("problem-logo"));
    }
    for side in ["width", "height"] {
        if form.get(side).is_empty() {
            form.bad_key(side, Key("problem-missing"));
        }
    }
    let mut side = |name: &str| form.whole(name, 1, SIDE_MAX).map_or(0, i64::from);
    let (width, height) = (side("width"), side("height"));
    Material { id, kind, title, body, picture, width, height }
}

/// The box of a program that the product may take part in.
fn box_of(program: ProgramId) -> String {
    format!("program-{program}")
}

fn path(card: &ProductCard) -> String {
    format!("/admin/products/{}", segment(&card.sku))
}

fn show(visit: &Visit<'_>, status: u16, frame: Frame, card: &ProductCard, form: &Filled, material: &Filled) -> Shown {
    let action = path(card);
    let mut parts = vec![Part::Pairs(vec![(visit.t("col-product"), Cell::text(&card.sku))])];
    let may_change = frame.may_change();
    if may_change {
        let group = |legend: String, fields| Group { legend, fields };
        let mut groups = vec![
            group(
                String::new(),
                vec![
                    form.field("name", Key("field-name"), Control::Required("text")),
                    form.field("participates", Key("product-participates"), Control::Check),
                    form.field("shown", Key("product-shown"), Control::Check),
                    form.hinted(
                        "hold_days",
                        Key("program-hold-days"),
                        Control::Input("number"),
                        Key("product-hold-hint"),
                    ),
                ],
            ),
            group(
                visit.t("product-rates"),
                program_form::rate_fields(form, program_form::currency(card.currency)?.code()),
            ),
            group(
                visit.t("product-pages"),
                vec![form.hinted("pages", Key("product-pages"), Control::Area, Key("product-pages-hint"))],
            ),
        ];
        // With one program there is nothing to choose.
        if card.programs.len() > 1 {
            let mut fields = Vec::new();
            for (program, name) in &card.programs {
                let name_of_box = box_of(*program);
                let value = form.get(&name_of_box).to_owned();
                let (hint, problem) = (String::new(), String::new());
                let (label, control) = (name.clone(), Control::Check);
                fields.push(Field { name: name_of_box, label, hint, value, problem, control });
            }
            groups.insert(1, group(visit.t("product-programs"), fields));
        }
        let buttons = vec![("save", visit.t("save"))];
        parts.push(Part::Form(Form {
            action: action.clone(),
            purpose: Purpose::Change,
            groups,
            hidden: Vec::new(),
            buttons,
        }));
    }
    parts.push(Part::Heading(visit.t("materials-title")));
    if card.materials.is_empty() {
        parts.push(Part::Empty(visit.t("materials-empty")));
    } else {
        let row = |material: &Material| {
            let way = material.id.map_or(String::new(), |id| format!("{action}?material={id}"));
            let size = if material.width == 0 {
                "—".to_owned()
            } else {
                format!("{} × {}", material.width, material.height)
            };
            vec![
                Cell::way(&material.title, if may_change { way } else { String::new() }),
                Cell::text(frame.word("material", &material.kind)),
                Cell::text(size),
            ]
        };
        let rows = card.materials.iter().map(row).collect();
        let columns = vec![visit.t("material-title"), visit.t("col-kind"), visit.t("material-size")];
        parts.push(Part::Table(Table { title: visit.t("materials-title"), columns, rows }));
    }
    if let Some(picture) = card.materials.iter().find(|known| {
        !known.picture.is_empty() && known.id.is_some_and(|id| id.to_string() == material.get("material"))
    }) {
        parts.push(Part::Picture(picture.picture.clone(), picture.width, picture.height, picture.title.clone()));
    }
    if may_change {
        let kinds =
            [("text", Key("material-text")), ("banner", Key("material-banner")), ("mail", Key("material-mail"))];
        let fields = vec![
            material.field("kind", Key("col-kind"), material.choice(&kinds)),
            material.field("title", Key("material-title"), Control::Required("text")),
            material.hinted("body", Key("material-body"), Control::Area, Key("material-body-hint")),
            material.hinted("picture", Key("material-picture"), Control::Input("url"), Key("material-picture-hint")),
            material.field("width", Key("material-width"), Control::Input("number")),
            material.field("height", Key("material-height"), Control::Input("number")),
        ];
        let is_new = material.get("material").is_empty();
        let mut buttons = vec![("material", if is_new { visit.t("material-add") } else { visit.t("save") })];
        if !is_new {
            buttons.push(("remove", visit.t("material-remove")));
        }
        let legend = if is_new { visit.t("material-new") } else { visit.t("material-change") };
        parts.push(Part::Form(Form {
            action,
            purpose: Purpose::Change,
            groups: vec![Group { legend, fields }],
            hidden: vec![("material", material.get("material").to_owned())],
            buttons,
        }));
    }
    let page = html(status, &Sheet { frame, back: Cell::way(visit.t("nav-products"), "/admin/products"), parts })?;
    Ok(shown::show_pictures(page, &card.materials)?)
}
