# Что говорят страницы. Каждый ключ есть в каждом языке; тесты их сравнивают.

## Вокруг каждой страницы
skip = К содержанию
menu = Меню
logout = Выйти
save = Сохранить
show = Показать
yes = да
no = нет
done = готово
copy = Скопировать
copied = Скопировано
print = Печать
first-page = Первая страница
next-page = Следующая страница
days = { $count ->
    [one] { $shown } день
    [few] { $shown } дня
   *[other] { $shown } дней
}
chart-table = Числа таблицей
chart-empty = Пока ничего

nav-home = Обзор
nav-orders = Заказы
nav-partners = Партнёры
nav-products = Товары
nav-programs = Программы
nav-balances = Балансы и выплаты
nav-counter = Счётчик
nav-mail = Почта
nav-hooks = Вебхуки
nav-postbacks = Постбэки
nav-audit = История
nav-people = Сотрудники
nav-links = Ссылки
nav-accruals = Начисления
nav-statement = Отчёт за месяц
nav-subpartners = Субпартнёры
nav-settings = Настройки

role-owner = владелец
role-manager = менеджер
role-agent = продавец
role-reader = только чтение
role-partner = партнёр

## Вход
login-title = Вход
login-name = E-mail или код партнёра
login-password = Пароль
login-enter = Войти
login-by-link = Прислать ссылку
login-hint = Без пароля: оставьте его пустым и попросите прислать ссылку. Она впускает один раз.
login-wrong = Такого имени с таким паролем нет.
login-often = Слишком много неверных паролей. Попробуйте через 15 минут или попросите прислать ссылку.
login-mailed-title = Проверьте почту
login-mailed = Если это имя здесь известно, ссылка уже в пути. Она впускает один раз, в течение часа.
login-link-title = Вход
login-link-text = Эта ссылка впускает один раз.
login-link-over = Эта ссылка уже использована или устарела. Попросите прислать новую.
login-back = Ко входу
password-title = Ваш пароль
password-text = Не короче 8 символов; несколько слов подряд запомнить легче, чем ребус.
password-old = Прежний пароль
password-new = Новый пароль
password-later = Не сейчас
password-set = Пароль установлен.
password-wrong = Прежний пароль не такой.
password-refused = Такой пароль не подходит: { $problem }.
problem-short = не короче 8 символов
problem-long = не длиннее 128 символов
problem-long-text = не больше 500 знаков в одну строку
problem-upline = он оказался бы над самим собой или слишком глубоко
problem-guessable = его легко угадать
form-foreign = Страница устарела, или форма пришла с другого сайта. Ничего не изменено; отправьте ещё раз.
not-found-title = Здесь ничего нет
not-found = По этому адресу ничего нет, или это не для вас.
to-start = В начало
unavailable-title = Сейчас не получается
unavailable = База данных недоступна. Ничего не изменено; попробуйте ещё раз.

## Стать партнёром
join-title = Стать партнёром
join-text = Вы рекомендуете и зарабатываете на каждом заказе, который пришёл через вас: { $program }.
join-send = Зарегистрироваться
join-known = Я уже партнёр
join-done-title = Спасибо
join-done = Вам отправлено письмо со ссылкой для входа.

## Поля
field-name = Имя
field-email = E-mail
field-site = Сайт
field-phone = Телефон
field-parent = Вышестоящий партнёр (код)
field-until = Комиссия родителю до
field-until-hint = С этого дня вышестоящие партнёры ничего не получают с заказов этого партнёра. Пусто: без срока.
field-rates = Свои ставки, процент по уровням
field-rates-hint = Например 10;3;1. Они сильнее ставок товара и программы. Пустое место — ставка товара или программы.
field-reason = Причина
field-code-hint = Буквы, цифры, точки и дефисы; входит в отчёты и служит для входа.

## Столбцы
col-order = Заказ
col-time = Время
col-status = Состояние
col-net = Сумма нетто
col-outcome = Решение
col-partner = Партнёр
col-code = Код
col-program = Программа
col-account = Вход
col-tier = Уровень
col-receiver = Получатель
col-kind = Вид
col-amount = Сумма
col-payable = К выплате с
col-booked = Проведено
col-product = Товар
col-quantity = Количество
col-source = Источник
col-what = Что
col-detail = Подробности
col-link = Ссылка
col-clicks = Клики
col-page = Страница
col-hits = Показы
col-last = Последний
col-number = №
col-method = Способ
col-who = Кто
col-subject = Чего
col-before = Было
col-after = Стало

## Слова
status-pending = ожидает
status-paid = оплачен
status-refunded = возвращён
status-cancelled = отменён
status-active = активен
status-blocked = заблокирован
outcome-credited = начислено
outcome-held = удержано
outcome-refused = отказано
outcome-limited = предел достигнут
outcome-unattributed = никто не привёл
outcome-unpaid = не оплачен
outcome-awaited = ожидается
outcome-undecided = ещё не решено
evidence-explicit = партнёр назван в заказе
evidence-subscription = он привёл подписку
evidence-coupon = купон
evidence-contact = контакт закреплён за ним
evidence-touch = касание пришло с заказом
evidence-stored-touch = сохранённое касание
evidence-house = домашний партнёр
kind-accrual = начисление
kind-reversal = снято
kind-charity = благотворительность
kind-charity-reversal = благотворительность, снято
kind-payout = выплата
kind-payout-return = выплата вернулась
kind-adjustment = корректировка
kind-order = заказ
kind-refund = возврат
kind-chargeback = чарджбэк
kind-chargeback-won = чарджбэк выигран
kind-ruling = решение человека
kind-last = считается последнее касание
kind-first = считается первое касание
kind-bind-first = остаётся первый партнёр
kind-bind-last = новая подписка перезакрепляет
kind-bind-off = контакты не закрепляются
method-bank = банковский перевод
method-paypal = PayPal
method-wise = Wise
method-emoney = электронные деньги
method-cash = наличные
state-prepared = подготовлена
state-confirmed = отправлена
state-failed = не прошла
state-waiting = ждёт
state-sent = отправлено

## Обзор
home-title = Обзор
home-clicks = Клики за 30 дней
home-orders = Заказы партнёров
home-commission = Комиссия за последние ночи
home-payable = К выплате сейчас
home-night = Прошлая ночь
home-look = Требует внимания
home-chart-clicks = Клики по дням
home-chart-orders = Заказы партнёров по ночам
run-good = в порядке
run-refused = проведено не всё
run-broken = не дошла до конца
run-none = Ни одной ночи ещё не было. `tributary reconcile` решает, что заработали партнёры.
run-decided = { $count ->
    [one] решён { $shown } заказ
    [few] решено { $shown } заказа
   *[other] решено { $shown } заказов
}
run-credited = { $count ->
    [one] начислено за { $shown }
    [few] начислено за { $shown }
   *[other] начислено за { $shown }
}
run-refused-count = { $count ->
    [one] не проведён { $shown }
    [few] не проведено { $shown }
   *[other] не проведено { $shown }
}
look-nothing = Ничего: всё в порядке.
look-held = { $count ->
    [one] { $shown } заказ удержан и ждёт решения
    [few] { $shown } заказа удержаны и ждут решения
   *[other] { $shown } заказов удержано и ждёт решения
}
look-pending = { $count ->
    [one] { $shown } партнёр ждёт одобрения
    [few] { $shown } партнёра ждут одобрения
   *[other] { $shown } партнёров ждут одобрения
}
look-missed = { $count ->
    [one] { $shown } код ссылки никуда не привёл
    [few] { $shown } кода ссылок никуда не привели
   *[other] { $shown } кодов ссылок никуда не привели
}
look-mail = { $count ->
    [one] { $shown } письмо не отправлено
    [few] { $shown } письма не отправлены
   *[other] { $shown } писем не отправлено
}
guide-title = Запуск программы
guide-open = Открыть руководство
guide-empty = Программы ещё нет. Руководство проведёт по шагам.
guide-counter = Поставьте счётчик на каждую страницу, куда ведут партнёры:
guide-program = Опишите программу: окно, уровни, удержание.
guide-join = Дайте партнёрам ссылку для регистрации или создайте их сами.
guide-mail = Посмотрите приветственное письмо в разделе «Почта».
guide-materials = Создайте партнёрам ссылки с текстами и баннерами.
guide-test = Проверьте: перейдите по ссылке, сделайте маленький заказ, запустите ночь с --dry-run.
guide-launch = Запускайте.

## Заказы
orders-title = Заказы
orders-search = Номер заказа
orders-which = Какие
orders-all = все
orders-held = удержанные
orders-star = Заказ партнёра
orders-empty = Заказов ещё не было. Они приходят через API, из файлов и из вебхуков магазина.
orders-none = Таких заказов нет.
order-title = Заказ { $order }
order-awaited = пришли только возвраты
order-left = { $amount } после возвратов
order-placed = Оформлен
order-paid = Оплачен
order-customer = Покупатель
order-placed-by = Оформил
order-coupons = Купоны
order-decided = Решено
order-undecided = ещё не решено: решит ближайшая ночь
order-why = Кому начислено и почему
order-no-trace = Решит ближайшая ночь и запишет почему.
order-booked = Проведено
order-nothing-booked = Ничего не проведено.
order-lines = Что куплено
order-events = Что произошло
order-decide = Решить вручную
order-decide-hint = Ближайшая ночь рассудит заново с учётом этого. Ваше имя и причина сохраняются.
order-word = Решение
word-hold = Удержать
word-release = Отпустить
word-refuse = Отказать: никто не получает
word-assign = Назначить партнёру
order-assign-to = Код партнёра, если назначается
order-record = Записать решение
order-recorded = Записано; ближайшая ночь рассудит с этим.
order-reason-missing = Укажите причину: она сохраняется.
order-partner-unknown = Партнёра { $code } нет.
tier-charity = благотворительность

## Партнёры
partners-title = Партнёры
partners-new = Создать
partners-join = Ссылка для регистрации
partners-search = Код, имя или e-mail
partners-all = все
partners-empty = Партнёров ещё нет. Разошлите ссылку для регистрации или создайте первого.
partners-none = Таких партнёров нет.
partner-new-title = Новый партнёр
partner-no-program = Партнёр состоит в программе, а её ещё нет.
partner-invite = Дать вход и прислать ссылку
partner-create = Создать
partner-created = Партнёр создан.
partner-saved = Сохранено и действует для заказов, оплаченных с этого момента.
partner-bad = { $field }: { $problem }
partner-taken = Партнёр { $code } уже есть.
partner-since = Партнёр с
partner-no-account = нет: ссылки работают, комиссия ждёт
partner-give-account = Дать вход
partner-invited = Письмо со ссылкой отправлено.
partner-no-email = Сначала нужен e-mail.
partner-account-taken = С этим e-mail уже кто-то входит.
partner-terms = Условия этого партнёра
partner-terms-hint = Каждое изменение — новая версия: оплаченные раньше заказы не меняются.
partner-approve = Одобрить
partner-block = Заблокировать
tracking-title = Отслеживание
tracking-hint = Ссылка на любую страницу вашего сайта. Клики и заказы по ней — этого партнёра.
link-target = Куда ведёт
link-make = Создать ссылку
link-made = Ссылка создана.
link-refused = Такую ссылку создать нельзя: { $problem }
link-paused = остановлена
links-empty = Ссылок ещё нет.
links-count = { $count ->
    [one] { $shown } ссылка
    [few] { $shown } ссылки
   *[other] { $shown } ссылок
}
entries-title = Начислено и выплачено
entries-empty = Ещё ничего не проведено.
entry-held = удержано
balance-pending = На удержании
balance-payable = К выплате
balance-paid = Выплачено

## Товары, программы
products-title = Товары
products-hint = «Участвует»: товар приносит комиссию. «Показывать»: партнёры видят его в кабинете. Действует для заказов, оплаченных после сохранения.
products-empty = Товаров ещё нет.
products-saved = Сохранено.
product-participates = Участвует
product-shown = Показывать партнёрам
programs-title = Программы
programs-hint = Программы описаны в файле, который хранится вместе с вашими записями:
program-tiers = Уровни
program-window = Окно
program-hold = Удержание
program-binding = Контакты
program-minimum = Наименьшая выплата
program-since = Правила действуют с
program-first = самого начала

## Балансы, выплаты
balances-title = Балансы и выплаты
balances-empty = Никто ещё ничего не заработал.
payouts-title = Выплаты
payouts-hint = Выплаты готовит, выгружает и подтверждает
payouts-empty = Выплат ещё не было.

## Счётчик
counter-title = Счётчик
counter-text = Этот тег ставится на каждую страницу, куда могут вести ссылки партнёров.
counter-silent = Страницы без показов
counter-silent-none = Каждая страница, куда ведут ссылки, прислала показ.
counter-pages = Страницы с показами
counter-pages-none = Ни одна страница ещё не прислала показа.
counter-unlisted = не ваш хост
counter-missed = Коды, которые никуда не привели
counter-missed-none = Таких нет.

## Почта, история, сотрудники
mail-title = Почта
mail-hint = Что написано, сначала новое. Отправляет
mail-empty = Ещё ничего не написано.
audit-title = История
audit-empty = Никто ещё ничего не менял.
people-title = Сотрудники
people-role = Роль
people-open = может войти
people-closed = закрыт
people-close = Закрыть
people-close-whom = Закрыть вход { $email }
people-invite = Впустить сотрудника
people-send = Прислать ссылку
people-invited = Письмо со ссылкой отправлено.
people-closed-done = Этот вход закрыт.
people-refused = Так нельзя: { $problem }.

## Кабинет партнёра
cabinet-title = Обзор
cabinet-conversion = Заказов на 100 кликов
cabinet-earned = Заработано всего
cabinet-next = Следующая выплата
cabinet-below = Меньше { $amount }: переносится
cabinet-nothing = выплачивать нечего
cabinet-start = Всё начинается со ссылки.
cabinet-chart-clicks = Клики по дням
cabinet-chart-earned = Заработано по месяцам, { $currency }
partner-pending = Ваша регистрация ждёт одобрения. Ссылки уже работают; заработок начнётся после одобрения.
links-title = Ссылки
links-hint = На любую страницу: { $hosts }
link-title = Ссылка { $code }
link-html = Для вашей страницы
link-as-text = Текстом
link-as-banner = Баннером
link-download = Скачать affiliate.html
link-qr = QR-код
coupons-title = Ваши купоны
accruals-title = Начисления
accruals-hint = Каждый заказ объясняет, почему он начислен.
statement-title = Отчёт за месяц
statement-month = Месяц
statement-opening = Остаток на начало
statement-earned = Начислено
statement-taken = Снято
statement-paid = Выплачено
statement-adjusted = Корректировки
statement-closing = Остаток на конец
statement-empty = В этом месяце ничего не проведено.
subpartners-title = Субпартнёры
invitation-text = Кто зарегистрируется по этой ссылке, будет под вами.
subpartners-empty = Пока никого.
settings-title = Настройки
settings-money = Куда выплачивать
settings-none = Ещё не указано: выплаты ждут.
settings-holder = Имя владельца
settings-kind = Владелец
settings-person = частное лицо
settings-company = организация
settings-town = Город
settings-country = Страна, две буквы
settings-saved = Сохранено. Действует со следующей выплаты.
settings-login = Вход
settings-set-password = Установить пароль
settings-change-password = Сменить пароль

## Стол продаж
nav-sales = Стол продаж
nav-password = Пароль
sales-title = Стол продаж
sales-hint = Выберите консьержа, который звонит: заказ начислят ему, а вы останетесь в записи.
sales-search = Имя, дом или код
sales-download = Скачать concierge.html
sales-for = Заказ для клиента: { $name }
sales-place-hint = Заказ ждёт отметки об оплате. Он начисляется, если покупатель — не сам консьерж.
sales-known = Уже обслуженные
sales-new = новый покупатель
sales-net = Сумма нетто, { $currency }
sales-service-date = Дата услуги
sales-service-hint = Для брони.
sales-place = Оформить заказ
sales-placed = Заказ { $order } оформлен. Ждёт оплаты.
order-marked = Записано.
becomes-paid = Отметить оплату
becomes-cancelled = Отменить

## Письма
mail-link-subject = Ваша ссылка для входа
mail-link-body =
    Эта ссылка впускает один раз, в течение часа:

    { $url }

    Если вы её не просили, ничего не делайте: ничего не произойдёт.
mail-welcome-subject = Добро пожаловать
mail-welcome-body =
    Вы зарегистрированы как партнёр. Ваш код: { $code }.

    Эта ссылка впускает; затем можно установить пароль. Она действует один раз, в течение семи дней:

    { $url }
mail-invite-subject = Вы можете войти
mail-invite-body =
    Вам открыт вход. Эта ссылка впускает один раз, в течение семи дней:

    { $url }

nav-branding = Оформление
branding-title = Оформление страниц партнёров
branding-text = Для кабинета, регистрации и входа. Ваши собственные страницы остаются прежними, поэтому здесь ничего нельзя испортить так, чтобы не войти.
branding-logo = Адрес логотипа
branding-logo-hint = По https. Показывается высотой 32 пикселя.
branding-accent = Цвет ссылок и кнопок
branding-accent-hint = Достаточно тёмный, чтобы читаться на белом, например #0b5cad. В тёмной теме остаются обычные цвета.
branding-welcome = Что партнёр читает первым в кабинете
branding-join = Что написано над формой регистрации
branding-texts = Тексты
branding-css = Собственная таблица стилей
branding-css-hint = Действует после нашей. Загружать что-либо с других сайтов она не может.
branding-save = Сохранить
branding-saved = Оформление сохранено.
embed-title = На ваших страницах
embed-text = Вставьте это туда, где должны быть регистрация и вход: в WordPress — блоком «Произвольный HTML». Работает на сайтах, на которые могут вести ссылки.
embed-join = Регистрация
embed-login = Вход
login-already = Вы вошли как { $name }.
login-open = Открыть кабинет
problem-logo = это не адрес картинки по https
problem-colour = цвет — это # и шесть шестнадцатеричных цифр
problem-light = он слишком светлый, чтобы читаться на белом
problem-css = она длиннее 20 000 байт

### Вебхуки и постбэки
hooks-title = Вебхуки
hooks-hint = Другие ваши системы узнают о том, что происходит здесь: на каждое событие — подписанный POST; без ответа 2xx он повторяется три дня.
postbacks-title = Постбэки
postbacks-hint = Ваш трекер узнаёт о ваших заказах, комиссиях и выплатах: на каждое событие — GET; без ответа 2xx он повторяется три дня. В адрес подставляется то, что известно о событии: { $macros }.
hooks-add = Добавить адрес
hooks-address = Адрес, https
hooks-events = События
hooks-key = Ключ подписи, показывается один раз:
hooks-on = работает
hooks-paused = на паузе
hooks-gone = на паузе: ответил 410
hooks-rests = не отвечает, повтор позже
hooks-test = Отправить пробное
hooks-pause = Пауза
hooks-resume = Продолжить
hooks-roll = Новый ключ рядом со старым
hooks-retire = Убрать старый ключ
hooks-delete = Удалить
hooks-resend = Отправить снова
hooks-log = Что отправлено
hooks-log-hint = Сначала новые. Хранится 30 дней после доставки или отказа от неё.
hooks-done = Готово.
hooks-refused = Этот адрес не подходит: { $problem }.
hooks-no-events = Выберите хотя бы одно событие.
hooks-many = Адресов уже столько, сколько можно: сначала удалите один.
hooks-taken = Этот адрес уже есть.
