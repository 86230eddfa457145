//! The ledger: accounts, and transfers between them that are never changed.

use serde::{Deserialize, Serialize};

use crate::commission::{Earning, Receiver};
use crate::id::{CharityId, Code, DecisionId, PartnerId, ProgramId};
use crate::money::Currency;
use crate::payout::Method;
use crate::rules::Rulebook;
use crate::time::Timestamp;

/// The most transfers of one decision: ten tiers and eight charities given back, as many given, and room.
pub const TRANSFERS_MAX: usize = 64;

/// Where money comes from and goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What a program costs the merchant.
    Expense(ProgramId),
    /// What is owed to a partner.
    Partner(PartnerId),
    /// What is owed to a charity.
    Charity(CharityId),
    /// What was sent by a method.
    Paid(Method),
    /// What a named person adds or takes away beside orders and payouts.
    Adjust,
}

impl Account {
    /// The number it has in the database: its owner's row and three bits that say what it is.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Expense(program) => program.0 * 8 + 1,
            Self::Partner(partner) => partner.0 * 8 + 2,
            Self::Charity(charity) => charity.0 * 8 + 3,
            Self::Paid(method) => method.number() * 8 + 4,
            Self::Adjust => 5,
        }
    }

    /// The account of a number.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        let owner = number / 8;
        match number % 8 {
            1 => Some(Self::Expense(ProgramId(owner))),
            2 => Some(Self::Partner(PartnerId(owner))),
            3 => Some(Self::Charity(CharityId(owner))),
            4 => Method::from_number(owner).map(Self::Paid),
            5 if owner == 0 => Some(Self::Adjust),
            _ => None,
        }
    }

    /// Its name outside: `expense:tours`, `partner:P001`, `charity:redcross`, `paid:bank`, `adjust`.
    #[must_use]
    pub fn name(self, book: &Rulebook) -> String {
        let code = |code: Option<&Code>, id: i64| code.map_or_else(|| format!("#{id}"), ToString::to_string);
        match self {
            Self::Expense(id) => format!("expense:{}", code(book.program(id).map(|program| &program.code), id.0)),
            Self::Partner(id) => format!("partner:{}", code(book.partner(id).map(|partner| &partner.code), id.0)),
            Self::Charity(id) => format!("charity:{}", code(book.charity_code(id), id.0)),
            Self::Paid(method) => format!("paid:{}", method.as_str()),
            Self::Adjust => "adjust".to_owned(),
        }
    }
}

impl From<Receiver> for Account {
    fn from(receiver: Receiver) -> Self {
        match receiver {
            Receiver::Partner(partner) => Self::Partner(partner),
            Receiver::Charity(charity) => Self::Charity(charity),
        }
    }
}

/// What a transfer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A tier's commission.
    Accrual,
    /// Commission taken back.
    Reversal,
    /// The charity's part.
    Charity,
    /// The charity's part taken back.
    CharityReversal,
    /// Money sent.
    Payout,
    /// Money that was sent and came back.
    PayoutReturn,
    /// What a named person added or took away.
    Adjustment,
}

impl Kind {
    /// All there are.
    pub const ALL: [Self; 7] = [
        Self::Accrual,
        Self::Reversal,
        Self::Charity,
        Self::CharityReversal,
        Self::Payout,
        Self::PayoutReturn,
        Self::Adjustment,
    ];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accrual => "accrual",
            Self::Reversal => "reversal",
            Self::Charity => "charity",
            Self::CharityReversal => "charity_reversal",
            Self::Payout => "payout",
            Self::PayoutReturn => "payout_return",
            Self::Adjustment => "adjustment",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// One ledger row: an amount above 0 from one account to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// From.
    pub debit: Account,
    /// To.
    pub credit: Account,
    /// How much, above 0.
    pub amount_minor: i64,
    /// In what.
    pub currency: Currency,
    /// What it is.
    pub kind: Kind,
    /// The tier; 0 for charity.
    pub tier: u8,
    /// From when on it may be paid out.
    pub payable_from: Timestamp,
}

/// The id of the `index`-th transfer of a decision: ids ascend in order of writing, and a second write finds the first.
#[must_use]
pub const fn transfer_id(decision: DecisionId, index: usize) -> i64 {
    // TRANSFERS_MAX is 64, so no index reaches the next decision.
    #[expect(clippy::cast_possible_wrap, reason = "an index below 64")]
    let index = index as i64;
    decision.0 * 64 + index
}

/// What an order's transfers up to now add up to for one receiver at one tier, payable from one instant on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booked {
    /// Whose expense it is.
    pub program: ProgramId,
    /// The tier; 0 for charity.
    pub tier: u8,
    /// Who.
    pub receiver: Receiver,
    /// In what.
    pub currency: Currency,
    /// Accruals less reversals.
    pub amount_minor: i64,
    /// From when on it may be paid out.
    pub payable_from: Timestamp,
}

/// Adds up an order's transfers by program, tier, receiver, currency and when they may be paid out.
#[must_use]
pub fn booked(transfers: &[Transfer]) -> Vec<Booked> {
    let mut sums: Vec<Booked> = Vec::new();
    for transfer in transfers {
        let (program, receiver, sign) = match (transfer.debit, transfer.credit) {
            (Account::Expense(program), Account::Partner(partner)) => (program, Receiver::Partner(partner), 1),
            (Account::Expense(program), Account::Charity(charity)) => (program, Receiver::Charity(charity), 1),
            (Account::Partner(partner), Account::Expense(program)) => (program, Receiver::Partner(partner), -1),
            (Account::Charity(charity), Account::Expense(program)) => (program, Receiver::Charity(charity), -1),
            _ => continue,
        };
        let is_same = |sum: &&mut Booked| {
            (sum.program, sum.tier, sum.receiver) == (program, transfer.tier, receiver)
                && (sum.currency, sum.payable_from) == (transfer.currency, transfer.payable_from)
        };
        match sums.iter_mut().find(is_same) {
            Some(sum) => sum.amount_minor += sign * transfer.amount_minor,
            None => sums.push(Booked {
                program,
                tier: transfer.tier,
                receiver,
                currency: transfer.currency,
                amount_minor: sign * transfer.amount_minor,
                payable_from: transfer.payable_from,
            }),
        }
    }
    sums
}

/// What is booked for each receiver at each tier, whenever it may be paid out; in order of booking.
#[must_use]
pub fn across_holds(booked: &[Booked]) -> Vec<Booked> {
    let mut sums: Vec<Booked> = Vec::new();
    for part in booked {
        let is_same = |sum: &&mut Booked| {
            (sum.program, sum.tier, sum.receiver, sum.currency)
                == (part.program, part.tier, part.receiver, part.currency)
        };
        match sums.iter_mut().find(is_same) {
            Some(sum) => sum.amount_minor += part.amount_minor,
            None => sums.push(*part),
        }
    }
    sums
}

/// The transfers that lead from what is booked to what is earned: the difference, receiver by receiver.
///
/// Because it is always the difference to the whole, any sequence of part refunds that ends in a full one ends at 0. What
/// is booked with another hold than the order has now is taken back there, and given with the hold that it has.
#[must_use]
pub fn settle(
    earned: &[Earning],
    program: Option<ProgramId>,
    currency: Currency,
    payable_from: Timestamp,
    booked: &[Booked],
) -> Vec<Transfer> {
    let mut transfers = Vec::new();
    let is_of = |sum: &Booked, earning: &Earning| {
        (Some(sum.program), sum.tier, sum.receiver) == (program, earning.tier, earning.receiver)
            && (sum.currency, sum.payable_from) == (currency, payable_from)
    };
    // First what is taken back from those who earn nothing any more, then everybody's difference.
    for sum in booked {
        if !earned.iter().any(|earning| is_of(sum, earning)) {
            transfers.extend(transfer(sum, -sum.amount_minor));
        }
    }
    for earning in earned {
        let before = booked.iter().find(|sum| is_of(sum, earning));
        let Some(program) = program else { continue };
        let sum = Booked {
            program,
            tier: earning.tier,
            receiver: earning.receiver,
            currency,
            amount_minor: before.map_or(0, |sum| sum.amount_minor),
            payable_from,
        };
        transfers.extend(transfer(&sum, earning.amount_minor - sum.amount_minor));
    }
    transfers
}

fn transfer(sum: &Booked, difference_minor: i64) -> Option<Transfer> {
    let expense = Account::Expense(sum.program);
    let receiver = Account::from(sum.receiver);
    let (debit, credit, kind) = match (difference_minor.signum(), sum.receiver) {
        (1, Receiver::Partner(_)) => (expense, receiver, Kind::Accrual),
        (1, Receiver::Charity(_)) => (expense, receiver, Kind::Charity),
        (-1, Receiver::Partner(_)) => (receiver, expense, Kind::Reversal),
        (-1, Receiver::Charity(_)) => (receiver, expense, Kind::CharityReversal),
        _ => return None,
    };
    Some(Transfer {
        debit,
        credit,
        amount_minor: difference_minor.abs(),
        currency: sum.currency,
        kind,
        tier: sum.tier,
        payable_from: sum.payable_from,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn earning(tier: u8, amount_minor: i64) -> Earning {
        Earning { tier, receiver: Receiver::Partner(PartnerId(i64::from(tier))), amount_minor }
    }

    fn settle_eur(earned: &[Earning], booked: &[Booked]) -> Vec<Transfer> {
        settle(earned, Some(ProgramId(1)), "EUR".parse().unwrap(), Timestamp::from_unix_seconds(9), booked)
    }

    #[test]
    fn an_account_is_its_number() {
        let paid = Method::ALL.map(Account::Paid);
        let owned = [Account::Expense(ProgramId(3)), Account::Partner(PartnerId(17)), Account::Charity(CharityId(1))];
        for account in owned.into_iter().chain(paid).chain([Account::Adjust]) {
            assert_eq!(Account::from_number(account.number()), Some(account));
        }
        for number in [0, 4, 13, 6 * 8 + 4] {
            assert_eq!(Account::from_number(number), None, "{number}");
        }
    }

    #[test]
    fn nothing_earned_and_nothing_booked_is_no_transfer() {
        assert_eq!(settle_eur(&[earning(1, 0)], &[]), []);
    }

    #[test]
    fn another_partner_takes_over_what_the_first_gives_back() {
        let booked = booked(&settle_eur(&[earning(1, 100)], &[]));
        let other = Earning { receiver: Receiver::Partner(PartnerId(9)), ..earning(1, 100) };
        let kinds: Vec<(Kind, i64)> = settle_eur(&[other], &booked).iter().map(|t| (t.kind, t.amount_minor)).collect();
        assert_eq!(kinds, [(Kind::Reversal, 100), (Kind::Accrual, 100)]);
    }

    #[test]
    fn a_longer_hold_moves_what_is_booked_and_adds_up_to_the_same() {
        let eur: Currency = "EUR".parse().unwrap();
        let (early, late) = (Timestamp::from_unix_seconds(9), Timestamp::from_unix_seconds(90));
        let mut posted = settle(&[earning(1, 100)], Some(ProgramId(1)), eur, early, &[]);
        posted.extend(settle(&[earning(1, 70)], Some(ProgramId(1)), eur, late, &booked(&posted)));
        let shown: Vec<_> = posted.iter().map(|t| (t.kind, t.amount_minor, t.payable_from)).collect();
        assert_eq!(shown, [(Kind::Accrual, 100, early), (Kind::Reversal, 100, early), (Kind::Accrual, 70, late)]);
        assert_eq!(settle(&[earning(1, 70)], Some(ProgramId(1)), eur, late, &booked(&posted)), []);
    }

    proptest! {
        #[test]
        fn whatever_was_booked_the_sum_is_what_is_earned(amounts in prop::collection::vec((0_i64..100_000, 0_i64..100_000), 1..9)) {
            let mut posted: Vec<Transfer> = Vec::new();
            for (first, second) in amounts {
                let earned = [earning(1, first), earning(2, second)];
                posted.extend(settle_eur(&earned, &booked(&posted)));
                for earning in earned {
                    let sum: i64 = booked(&posted).iter().filter(|sum| sum.tier == earning.tier).map(|sum| sum.amount_minor).sum();
                    prop_assert_eq!(sum, earning.amount_minor);
                }
                prop_assert!(posted.iter().all(|transfer| transfer.amount_minor > 0));
            }
        }
    }
}
