# What the pages say. Every key is in every language; the tests compare them.

## Around every page
skip = To the content
menu = Menu
logout = Log out
save = Save
show = Show
yes = yes
no = no
done = done
copy = Copy
copied = Copied
print = Print
first-page = First page
next-page = Next page
days = { $count ->
    [one] { $shown } day
   *[other] { $shown } days
}
chart-table = The figures as a table
chart-empty = Nothing yet

nav-home = Overview
nav-orders = Orders
nav-partners = Partners
nav-products = Products
nav-programs = Programs
nav-balances = Balances and payouts
nav-counter = Counter
nav-mail = Mail
nav-hooks = Webhooks
nav-postbacks = Postbacks
nav-audit = History
nav-people = People
nav-links = Links
nav-accruals = Accruals
nav-statement = Monthly report
nav-subpartners = Sub-partners
nav-settings = Settings

role-owner = owner
role-manager = manager
role-agent = sales agent
role-reader = read only
role-partner = partner

## Logging in
login-title = Log in
login-name = E-mail or partner code
login-password = Password
login-enter = Log in
login-by-link = Mail me a link
login-hint = Without a password: leave it empty and have a link mailed to you. It logs you in once.
login-wrong = That name and that password do not belong together.
login-often = Too many wrong passwords. Try again in 15 minutes, or have a link mailed to you.
login-mailed-title = Look into your mail
login-mailed = If this name is known here, a link is on its way. It logs you in once, within an hour.
login-link-title = Log in
login-link-text = This link logs you in once.
login-link-over = This link was used before, or is too old. Have a new one mailed to you.
login-back = To the log-in
password-title = Your password
password-text = At least 8 characters; a few words in a row are easier to keep in mind than a riddle.
password-old = The password until now
password-new = New password
password-later = Not now
password-set = Your password is set.
password-wrong = The password until now is not that.
password-refused = This password cannot be taken: { $problem }.
problem-short = at least 8 characters
problem-long = at most 128 characters
problem-long-text = at most 500 characters on one line
problem-upline = he would stand above himself, or too deep
problem-guessable = too easy to guess
form-foreign = This page was too old, or the form came from another site. Nothing was changed; please send it again.
not-found-title = Nothing here
not-found = There is nothing at this address, or it is not for you.
to-start = To the start
unavailable-title = Just now not
unavailable = The database cannot be reached. Nothing was changed; please try again.

## Becoming a partner
join-title = Become a partner
join-text = You recommend, and earn with every order that comes through you: { $program }.
join-send = Sign up
join-known = I am one already
join-done-title = Thank you
join-done = A mail is on its way to you with a link that logs you in.

## Fields
field-name = Name
field-email = E-mail
field-site = Website
field-phone = Phone
field-parent = Parent partner (code)
field-until = Parent earns until
field-until-hint = From this day on, the parent and all above earn nothing from this partner's orders. Empty: without end.
field-rates = Own rates, percent per tier
field-rates-hint = As in 10;3;1. They are stronger than the product's and the program's. An empty place falls through to those.
field-reason = Reason
field-code-hint = Letters, digits, dots and dashes; part of reports and of the log-in.

## Columns
col-order = Order
col-time = Time
col-status = State
col-net = Net amount
col-outcome = Decision
col-partner = Partner
col-code = Code
col-program = Program
col-account = Log-in
col-tier = Tier
col-receiver = Receiver
col-kind = Kind
col-amount = Amount
col-payable = Payable from
col-booked = Booked
col-product = Product
col-quantity = Quantity
col-source = Source
col-what = What
col-detail = Details
col-link = Link
col-clicks = Clicks
col-page = Page
col-hits = Hits
col-last = Last
col-number = No.
col-method = Way
col-who = Who
col-subject = Of what
col-before = Before
col-after = After

## Words
status-pending = pending
status-paid = paid
status-refunded = refunded
status-cancelled = cancelled
status-active = active
status-blocked = blocked
outcome-credited = credited
outcome-held = held
outcome-refused = refused
outcome-limited = limit reached
outcome-unattributed = nobody brought it
outcome-unpaid = not paid
outcome-awaited = awaited
outcome-undecided = not decided yet
evidence-explicit = the order names him
evidence-subscription = he brought the subscription
evidence-coupon = coupon
evidence-contact = the contact is bound to him
evidence-touch = touch that the order carried
evidence-stored-touch = stored touch
evidence-house = house partner
kind-accrual = accrual
kind-reversal = taken back
kind-charity = charity
kind-charity-reversal = charity, taken back
kind-payout = payout
kind-payout-return = payout came back
kind-adjustment = adjustment
kind-order = order
kind-refund = refund
kind-chargeback = chargeback
kind-chargeback-won = chargeback won
kind-ruling = decision by a person
kind-last = last touch counts
kind-first = first touch counts
kind-bind-first = first partner stays
kind-bind-last = a later opt-in rebinds
kind-bind-off = contacts are not bound
method-bank = bank transfer
method-paypal = PayPal
method-wise = Wise
method-emoney = electronic money
method-cash = cash
state-prepared = prepared
state-confirmed = sent
state-failed = failed
state-waiting = waiting
state-sent = sent

## The merchant's overview
home-title = Overview
home-clicks = Clicks, 30 days
home-orders = Credited orders
home-commission = Commission, last nights
home-payable = Payable now
home-night = Last night
home-look = Needs a look
home-chart-clicks = Clicks by day
home-chart-orders = Credited orders by night
run-good = in order
run-refused = not everything was booked
run-broken = did not come to its end
run-none = No night has run yet. `tributary reconcile` decides what partners earn.
run-decided = { $count ->
    [one] { $shown } order decided
   *[other] { $shown } orders decided
}
run-credited = { $count ->
    [one] { $shown } credited
   *[other] { $shown } credited
}
run-refused-count = { $count ->
    [one] { $shown } not booked
   *[other] { $shown } not booked
}
look-nothing = Nothing: all is in order.
look-held = { $count ->
    [one] { $shown } order is held and waits for a decision
   *[other] { $shown } orders are held and wait for a decision
}
look-pending = { $count ->
    [one] { $shown } partner waits for approval
   *[other] { $shown } partners wait for approval
}
look-missed = { $count ->
    [one] { $shown } link code led nowhere
   *[other] { $shown } link codes led nowhere
}
look-mail = { $count ->
    [one] { $shown } mail could not be sent
   *[other] { $shown } mails could not be sent
}
guide-title = Setting up a program
guide-open = Open the guide
guide-empty = There is no program yet. The guide leads through it, step by step.
guide-counter = Put the counter on every page that partners may lead to:
guide-program = Describe the program: window, tiers, hold.
guide-join = Give partners the sign-up link, or create them yourself.
guide-mail = Look at the welcome mail under “Mail”.
guide-materials = Make links for partners, with texts and banners.
guide-test = Test: click a link, place a small order, run the night with --dry-run.
guide-launch = Launch.

## Orders
orders-title = Orders
orders-search = Order number
orders-which = Which
orders-all = all
orders-held = held
orders-star = A partner's order
orders-empty = No orders have come yet. They come by the API, from files, and from the shop's webhooks.
orders-none = No such orders.
order-title = Order { $order }
order-awaited = only refunds have come
order-left = { $amount } left after refunds
order-placed = Placed
order-paid = Paid
order-customer = Customer
order-placed-by = Placed by
order-coupons = Coupons
order-decided = Decided
order-undecided = not decided yet: the next night does
order-why = Who is credited, and why
order-no-trace = The next night decides, and writes down why.
order-booked = Booked
order-nothing-booked = Nothing is booked.
order-lines = What was bought
order-events = What happened
order-decide = Decide by hand
order-decide-hint = It is judged again with that in the next night. Your name and reason stay on record.
order-word = Decision
word-hold = Hold
word-release = Release
word-refuse = Refuse: nobody earns
word-assign = Assign to a partner
order-assign-to = Partner's code, if assigned
order-record = Record the decision
order-recorded = It is on record; the next night judges with it.
order-reason-missing = Say why: it stays on record.
order-partner-unknown = There is no partner { $code }.
tier-charity = charity

## Partners
partners-title = Partners
partners-new = New partner
partners-join = Sign-up link
partners-search = Code, name or e-mail
partners-all = all
partners-empty = No partners yet. Give the sign-up link away, or create the first one.
partners-none = No such partners.
partner-new-title = New partner
partner-no-program = A partner belongs to a program, and there is none yet.
partner-invite = Give him a log-in and mail him a link
partner-create = Create
partner-created = The partner is created.
partner-saved = It is saved, and holds for orders paid from now on.
partner-bad = { $field }: { $problem }
partner-taken = There is a partner { $code } already.
partner-since = Partner since
partner-no-account = none: links track, and commission waits
partner-give-account = Give him a log-in
partner-invited = A mail with a link is on its way.
partner-no-email = He needs an e-mail address first.
partner-account-taken = Somebody logs in with this e-mail address already.
partner-terms = What holds for this partner
partner-terms-hint = Every change is a new version: orders paid before it are not touched.
partner-approve = Approve
partner-block = Block
tracking-title = Tracking
tracking-hint = A link for any page of your site. Clicks and orders that come through it are this partner's.
link-target = Leads to
link-make = Make a link
link-made = The link is made.
link-refused = This link cannot be made: { $problem }
link-paused = paused
links-empty = No links yet.
links-count = { $count ->
    [one] { $shown } link
   *[other] { $shown } links
}
entries-title = Earned and paid
entries-empty = Nothing was booked yet.
entry-held = on hold
balance-pending = On hold
balance-payable = Payable
balance-paid = Paid out

## Products, programs
products-title = Products
products-hint = “Takes part”: the product earns commission. “Shown”: partners see it in their cabinet. Saved boxes hold for orders paid from now on.
products-empty = No products yet.
products-saved = Saved.
product-participates = Takes part
product-shown = Shown to partners
programs-title = Programs
programs-hint = Programs are described in a file that is kept with the rest of your records:
program-tiers = Tiers
program-window = Window
program-hold = Hold
program-binding = Contacts
program-minimum = Least payout
program-since = These rules hold since
program-first = the beginning

## Balances, payouts
balances-title = Balances and payouts
balances-empty = Nobody has earned anything yet.
payouts-title = Payouts
payouts-hint = Payouts are prepared, exported and confirmed by
payouts-empty = Nothing was paid out yet.

## Counter
counter-title = Counter
counter-text = This tag belongs on every page that partners' links may lead to.
counter-silent = Pages without hits
counter-silent-none = Every page that links lead to has sent a hit.
counter-pages = Pages that sent hits
counter-pages-none = No page has sent a hit yet.
counter-unlisted = not one of your hosts
counter-missed = Codes that led nowhere
counter-missed-none = None.

## Mail, history, people
mail-title = Mail
mail-hint = What was written, the newest first. It is sent by
mail-empty = Nothing was written yet.
audit-title = History
audit-empty = Nobody has changed anything yet.
people-title = People
people-role = Role
people-open = may log in
people-closed = closed
people-close = Close
people-close-whom = Close the log-in of { $email }
people-invite = Let somebody in
people-send = Mail a link
people-invited = A mail with a link is on its way.
people-closed-done = This log-in is closed.
people-refused = This cannot be done: { $problem }.

## The partner's cabinet
cabinet-title = Overview
cabinet-conversion = Orders per 100 clicks
cabinet-earned = Earned so far
cabinet-next = Next payment
cabinet-below = Less than { $amount }: it is carried over
cabinet-nothing = nothing is due
cabinet-start = It begins with a link.
cabinet-chart-clicks = Clicks by day
cabinet-chart-earned = Earned by month, { $currency }
partner-pending = Your registration waits for approval. Links work already; you earn once you are approved.
links-title = Links
links-hint = For any page of: { $hosts }
link-title = Link { $code }
link-html = For your page
link-as-text = As text
link-as-banner = As a banner
link-download = Download affiliate.html
link-qr = QR code
coupons-title = Your coupon codes
accruals-title = Accruals
accruals-hint = Every order says why it was credited.
statement-title = Monthly report
statement-month = Month
statement-opening = Balance at the beginning
statement-earned = Earned
statement-taken = Taken back
statement-paid = Paid out
statement-adjusted = Adjusted
statement-closing = Balance at the end
statement-empty = Nothing was booked in this month.
subpartners-title = Sub-partners
invitation-text = Whoever signs up by this link stands under you.
subpartners-empty = Nobody yet.
settings-title = Settings
settings-money = Where your money goes
settings-none = Not said yet: payouts wait.
settings-holder = Name of the holder
settings-kind = Holder
settings-person = a person
settings-company = a company
settings-town = Town
settings-country = Country, two letters
settings-saved = Saved. It holds from the next payout on.
settings-login = Logging in
settings-set-password = Set a password
settings-change-password = Change the password

## The sales desk
nav-sales = Sales desk
nav-password = Password
sales-title = Sales desk
sales-hint = Pick the concierge who phones: the order is credited to him, and you are on record.
sales-search = Name, house or code
sales-download = Download concierge.html
sales-for = Order for a customer of { $name }
sales-place-hint = The order waits until it is marked as paid. It is credited when the customer is somebody else than the concierge.
sales-known = Served before
sales-new = a new customer
sales-net = Net amount, { $currency }
sales-service-date = Date of service
sales-service-hint = For a booking.
sales-place = Place the order
sales-placed = Order { $order } is placed. It waits to be paid.
order-marked = It is on record.
becomes-paid = Mark as paid
becomes-cancelled = Cancel

## What is mailed
mail-link-subject = Your link to log in
mail-link-body =
    This link logs you in once, within an hour:

    { $url }

    If you did not ask for it, leave it be: nothing happens.
mail-welcome-subject = Welcome
mail-welcome-body =
    You are registered as a partner. Your code is { $code }.

    This link logs you in; then you can set a password. It works once, within seven days:

    { $url }
mail-invite-subject = You can log in
mail-invite-body =
    You may log in here. This link does it once, within seven days:

    { $url }

nav-branding = Look
branding-title = How partners’ pages look
branding-text = For the cabinet, sign-up and log-in. Your own pages keep their look, so nothing you write here can lock you out.
branding-logo = Address of your logo
branding-logo-hint = Over https. It is shown 32 pixels high.
branding-accent = Colour of links and buttons
branding-accent-hint = Dark enough to be read on white, as in #0b5cad. In the dark the usual colours stay.
branding-welcome = What partners read first in their cabinet
branding-join = What is read above the sign-up form
branding-texts = The texts
branding-css = Your own style sheet
branding-css-hint = It comes after ours. It cannot load anything from elsewhere.
branding-save = Save
branding-saved = The look is saved.
embed-title = In your own pages
embed-text = Paste these where sign-up and log-in shall stand: in WordPress as a block “Custom HTML”. They work on the hosts that links may lead to.
embed-join = Sign-up
embed-login = Log-in
login-already = You are logged in as { $name }.
login-open = Open the cabinet
problem-logo = it is not the address of a picture over https
problem-colour = a colour is # and six hexadecimal digits
problem-light = it is too light to be read on white
problem-css = it is longer than 20,000 bytes

### Webhooks and postbacks
hooks-title = Webhooks
hooks-hint = Your other systems hear of what happens here: a signed POST for each event, tried again for three days if it is not answered with 2xx.
postbacks-title = Postbacks
postbacks-hint = Your own tracker hears of your orders, commission and payouts: a GET for each event, tried again for three days if it is not answered with 2xx. In the address these are replaced by what the event says: { $macros }.
hooks-add = Add an address
hooks-address = Address, https
hooks-events = Events
hooks-key = The key that signs, shown this once:
hooks-on = on
hooks-paused = paused
hooks-gone = paused: it answered 410
hooks-rests = fails, tried again later
hooks-test = Send a test
hooks-pause = Pause
hooks-resume = Go on
hooks-roll = New key beside the old
hooks-retire = Take the old key away
hooks-delete = Delete
hooks-resend = Send again
hooks-log = What was sent
hooks-log-hint = The newest first. Kept for 30 days after it was delivered or given up.
hooks-done = Done.
hooks-refused = This address is not taken: { $problem }.
hooks-no-events = Choose at least one event.
hooks-many = There are as many addresses as there may be: delete one first.
hooks-taken = This address is there already.
