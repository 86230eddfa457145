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

nav-group-people = Партнёры и клиенты
nav-group-money = Деньги
nav-group-offer = Предложение
nav-group-office = Настройка
nav-home = Обзор
nav-orders = Заказы
nav-partners = Партнёры
nav-products = Товары
nav-programs = Программы
nav-balances = Балансы
nav-reports = Отчёты
nav-payouts = Выплаты
nav-counter = Счётчик
nav-mail = Почта
nav-hooks = Вебхуки
nav-shops = Магазины
nav-import = Загрузка
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
password-old = Текущий пароль
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
unavailable-title = Не получилось
unavailable = База данных недоступна. Ничего не изменено; попробуйте ещё раз.

## Стать партнёром
join-title = Стать партнёром
join-text = Вы рекомендуете и зарабатываете на каждом заказе, который пришёл через вас: { $program }.
join-send = Зарегистрироваться
join-known = Я уже партнёр
join-done-title = Спасибо
join-done = Вам отправлено письмо со ссылкой для входа.
join-waits = Заработок начнётся, когда вашу регистрацию одобрят.

## Поля
field-name = Имя
field-email = E-mail
field-site = Сайт
field-phone = Телефон
field-parent = Вышестоящий партнёр (код)
field-until = Комиссия вышестоящему до
field-until-hint = С этого дня вышестоящие партнёры ничего не получают с заказов этого партнёра. Пусто: без срока.
field-rates = Свои ставки, процент по уровням
partner-rates = Свои ставки
partner-rates-hint = Сильнее ставок товара и программы. Пустой уровень — ставка товара или программы; 0 — тоже ставка.
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
outcome-reported = сообщил браузер, не подтверждён
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
kind-refund-failed = возврат не прошёл
kind-chargeback = чарджбэк
kind-chargeback-won = чарджбэк выигран
kind-deleted = убран магазином
kind-ruling = решение человека
kind-evidence = сообщил браузер
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
state-returned = вернулась
state-waiting = ждёт
state-sent = отправлено

## Обзор
home-title = Обзор
home-clicks = Клики за 30 дней
home-orders = Засчитанные заказы
home-commission = Комиссия за последние ночи
home-payable = К выплате сейчас
home-night = Прошлая ночь
home-look = Требует внимания
home-chart-clicks = Клики по дням
home-chart-commission = Комиссия по ночам
home-chart-orders = Засчитанные заказы по ночам
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
look-silent = { $count ->
    [one] { $shown } страница не прислала показов: стоит ли на ней счётчик?
    [few] { $shown } страницы не прислали показов: стоит ли на них счётчик?
   *[other] { $shown } страниц не прислали показов: стоит ли на них счётчик?
}
look-untold = { $count ->
    [one] { $shown } событие не удалось доставить вебхуку
    [few] { $shown } события не удалось доставить вебхукам
   *[other] { $shown } событий не удалось доставить вебхукам
}
look-deaf = { $count ->
    [one] { $shown } вебхук остановлен или не отвечает
    [few] { $shown } вебхука остановлены или не отвечают
   *[other] { $shown } вебхуков остановлено или не отвечает
}
look-spilled = { $count ->
    [one] { $shown } группа событий ждёт базу данных
    [few] { $shown } группы событий ждут базу данных
   *[other] { $shown } групп событий ждут базу данных
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
guide-join = Дайте партнёрам ссылку для регистрации, создайте их сами или вставьте форму регистрации на свои страницы.
guide-mail = Посмотрите приветственное письмо в разделе «Тексты писем».
guide-materials = Дайте товарам тексты, баннеры и письма и создайте партнёрам ссылки.
guide-test = Проверьте программу: условные клик и заказ покажут, что они принесут. Потом сделайте маленький заказ сами.
guide-launch = Запускайте: разошлите ссылку для регистрации. Шаг завершит первая комиссия.

## Заказы
orders-title = Заказы
orders-search = Номер заказа
orders-which = Какие
orders-all = все
orders-held = удержанные
orders-reported = сообщил браузер, не подтверждены
orders-reported-hint = Об этих заказах сообщила страница магазина, а серверный источник их ещё не назвал: до тех пор они ничего не приносят. Когда он назовёт тот же номер и ту же сумму, заказ будет засчитан по тому, что знал браузер.
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
order-decide-hint = Ближайшая ночь рассудит заново с учётом этого. Ваше имя и причина сохраняются; причину видят партнёры, которых это касается. «А если?» покажет, что будет проведено, и ничего не изменит; пределы повторных платежей посчитает ночь.
order-word = Решение
word-hold = Удержать
word-release = Отпустить
word-refuse = Отказать: никто не получает
word-assign = Назначить партнёру
order-assign-to = Код партнёра, если назначается
order-record = Записать решение
order-try = А если?
order-try-nothing = Сверх проведённого ничего не будет проведено.
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
partner-address = Адрес e-mail
partner-confirmed = подтверждён
partner-unconfirmed = ещё не подтверждён
partner-give-account = Дать вход
partner-invited = Письмо со ссылкой отправлено.
partner-no-email = Сначала нужен e-mail.
partner-account-taken = С этим e-mail уже кто-то входит.
partner-terms = Условия этого партнёра
partner-terms-hint = Каждое изменение — новая версия: оплаченные раньше заказы не меняются.
partner-move = Перевести в другую программу
partner-move-hint = Для заказов, оплаченных с этого момента; заработанное не меняется. Свои ставки, вышестоящий партнёр и одобрение сохраняются, а суммы за единицу считаются в валюте новой программы.
partner-move-do = Перевести
partner-moved = Партнёр переведён. Заказы, оплаченные с этого момента, считаются по новой программе.
partner-move-refused = Партнёр уже в программе «{ $program }», или такой программы нет.
partner-approve = Одобрить
partner-block = Заблокировать
partner-refuse = Не одобрять
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
entry-held = на удержании
balance-pending = На удержании
balance-payable = К выплате
balance-paid = Выплачено

## Товары, программы
products-title = Товары
products-hint = «Участвует»: товар приносит комиссию. «Показывать»: партнёры видят его в кабинете. Действует для заказов, оплаченных после сохранения.
products-empty = Товаров пока нет. Добавьте первый здесь или сразу много из файла. Товар, которого нет в списке, приносит вознаграждение по ставкам программы.
products-saved = Сохранено.
products-import = Товары из файла
product-programs = Программы, в которых участвует; если не выбрана ни одна — во всех
product-new = Новый товар
product-make = Добавить
product-refused = Такой товар создать нельзя: { $problem }
product-taken = товар с таким артикулом уже есть
product-participates = Участвует
product-shown = Показывать партнёрам
programs-title = Программы
programs-hint = Программы можно описать и в файлах, которые хранятся с вашими записями:
program-tiers = Уровни
program-window = Окно
program-hold = Удержание
program-binding = Контакты
program-minimum = Наименьшая выплата
program-since = Правила действуют с
program-first = самого начала
program-new = Новая программа
program-back = К программе
program-saved = Правила сохранены новой версией.
program-who = Кому начисляется
program-money = Деньги
program-recurring = Следующие платежи покупателя
program-privacy = Приватность
program-window-days = Окно, дней
program-window-hint = За сколько дней до заказа клик ещё считается.
program-model = Из нескольких кликов
program-binding-days = Контакт закреплён на, дней
program-coupons = Купон партнёра решает
program-house = Домашний партнёр (код)
program-house-hint = Получает то, что никто не привёл. Пусто: никто.
program-tier-base = Процент глубоких уровней считается от
tier-base-sale = продажи
tier-base-tier1 = комиссии первого уровня
program-rounding = Округление
rounding-half-up = половина вверх
rounding-half-even = половина до чётного
rounding-floor = вниз
program-hold-days = Удержание, дней
program-charity = Благотворительность (код)
program-charity-percent = На благотворительность, процент
program-charity-flat = На благотворительность, за единицу
program-payments = Только первые платежи
program-months = Только первые месяцы
program-subscriptions = Платежи подписки
subscriptions-first = остаются у того, кто привёл первый
subscriptions-each = рассматриваются каждый отдельно
program-consent = Согласие
consent-off = как просит сайт
consent-required = обязательно: до него ничего не хранится
consent-cashback = кешбэк: посетитель сам просил вознаграждение
program-sign-up = Кто зарегистрировался сам
sign-up-approval = ждёт одобрения
sign-up-open = зарабатывает сразу
program-currency = Валюта
program-currency-hint = Три буквы, например EUR. Потом не меняется.
program-from = Действует с
program-from-hint = Будущий день; пусто — с этого момента. Оплаченные раньше заказы не меняются.
program-versions = Версии
program-versions-hint = Все версии, сначала новые
program-edit = Изменить правила
empty-for-ever = Пусто: без ограничения.
rate-percent = процент
rate-flat = за единицу
version-planned = запланирована
version-now = действует
version-past = в прошлом
preview-title = Что это изменит
preview-show = Показать, что изменится
preview-again = Показать снова
preview-first = Эти правила действовали бы с самого начала.
preview-from = Эти правила действовали бы с { $time }.
preview-until = { $time } их сменит следующая версия.
preview-same = Ни одно правило не меняется.
preview-rules = Правила, которые меняются
preview-nothing = Заказ никому ничего не приносит.
preview-example = Сколько принесёт заказ на { $amount }, если на каждом уровне есть партнёр без своих ставок
trial-title = Проверить программу
trial-of = Проверка: { $name }
trial-hint = Условные клик и заказ. Их судят действующие правила, как ночью, и ничего не сохраняется: балансы не меняются.
trial-partner = Партнёр (код)
trial-partner-hint = Пусто: любой партнёр, над которым стоят другие.
trial-product-hint = Как его называет магазин. Пусто: любой товар.
trial-clicked = День клика
trial-clicked-hint = Пусто: за час до оплаты.
trial-paid = День заказа и оплаты
trial-paid-hint = Пусто: сейчас.
trial-email = E-mail покупателя
trial-email-hint = Для контакта, который может быть закреплён за партнёром.
trial-before = Платежей до этого
trial-run = Проверить
trial-result = Что произойдёт
trial-accruals = Ожидаемые начисления
trial-nothing = Никто ничего не заработает.
trial-anybody = партнёр
form-problems = Ничего не изменено. Что не так, сказано рядом с полями.
problem-range = целое число от { $least } до { $most }
problem-percent = число от 0 до 100, не больше шести знаков после запятой
problem-amount = сумма в { $currency }, не меньше 0
problem-day = день, например 2026-12-24
problem-zone = такого часового пояса нет: нужно название, например Europe/Berlin
problem-past = день, который ещё не наступил
problem-text = не больше { $most } знаков
problem-missing = это поле нужно заполнить
problem-charity = благотворительности с таким кодом нет
problem-partner = партнёра с таким кодом нет
problem-other-program = тогда он в другой программе
problem-above-whole = уровни и благотворительность вместе дают { $sum } процентов, больше 100
problem-currency = три буквы валюты, например EUR
problem-taken = этот код занят

## Балансы, выплаты
balances-title = Балансы
balances-empty = Никто ещё ничего не заработал.
payouts-title = Выплаты
payouts-hint = Отсюда ничего не отправляется: заплатите через банк или файлом и подтвердите отправленное. Каждая запись учитывается в балансах.
payouts-empty = Выплат ещё не было.
cabinet-payouts-hint = Подготовленная выплата будет отправлена следующей; вернувшуюся мы снова вам должны.
payout-title = Выплата { $number }
payout-new = Выплатить партнёру
payout-new-hint = Выберите партнёра, затем кошелёк. Сумма равна долгу на сейчас; её можно изменить: если заплатить меньше, остаток сохранится, если больше — баланс станет отрицательным и перейдёт дальше. Фонды пишутся как charity:КОД.
payout-nothing-booked = Для этого получателя ещё ничего не начислено.
payout-pay = Оплатить
payout-pay-now = Оплатить: деньги отправлены
payout-prepare = Только подготовить
payout-reference = Номер платежа в банке или в файле
payout-reason = Причина
payout-confirm = Подтвердить отправку
payout-edit = Изменить сумму
payout-give-up = Отменить: не отправлено
payout-came-back = Деньги вернулись
payout-files = Файлы для оплаты
payout-files-hint = Файлы со всеми подготовленными выплатами: для PayPal, Wise, банков SEPA и для оплаты вручную. Сам файл ничего не проводит: подтвердите выплаты, когда они отправлены. Имена, записанные не латиницей, кириллицей или греческим письмом, полностью передаёт только `tributary payouts export`.
payout-files-empty = Ничего не подготовлено.
payout-left-out = Не вошли в файл
payout-has-failed = Одна из этих выплат не состоялась: подготовьте новую.
payout-again = Это уже записано, или кто-то успел раньше. Дважды ничего не проведено.
payout-open = Для этого баланса уже подготовлена выплата: сначала подтвердите, измените или отмените её.
payout-stands = Всё осталось так, как указано на странице.
payout-changed = Сделано и записано.
payouts-due = Всё, что пора выплатить
payouts-due-hint = По одной выплате каждому активному партнёру, которому должны не меньше наименьшей выплаты программы и который указал реквизиты.
payouts-prepare = Подготовить всё, что пора
payouts-prepared = Подготовлено. До подтверждения ничего не проводится.
payouts-confirmed = Подтверждено и учтено в балансах.
payouts-none-due = Выплачивать нечего: долги слишком малы или выплаты уже подготовлены.
payouts-none-chosen = Сначала выберите выплаты.
ledger-busy = Сейчас в книги пишет кто-то другой, возможно, ночной расчёт. Ничего не изменено; попробуйте через минуту.
amount-wrong = Укажите сумму больше 0, знаков после запятой не больше, чем у валюты.
partner-unknown = Такого кода ни у кого нет.
accruals-all-hint = Всё, что начислено партнёрам и фондам, сначала новое.
accruals-go-on = В этой части книг ничего нет: перейдите на следующую страницу.
accrual-pending = на удержании
accrual-payable = к выплате
accrual-back = снято
col-evidence = Основание
reports-title = Отчёты
reports-hint = По всем партнёрам. Комиссия учитывается, когда она начислена; клики и визиты — когда они пришли.
reports-own-hint = Что сделали ваши ссылки и что вы на них заработали. Комиссия учитывается, когда она начислена; клики — когда они пришли.
reports-by = По чему
reports-from = С месяца
reports-to = По месяц
reports-total = Вместе
reports-none = (неизвестно)
reports-empty = За эти месяцы ничего нет.
report-month = Месяц
report-partner = Партнёр
report-product = Товар
report-link = Ссылка
report-country = Страна
report-referrer = Источник
report-sub-id = Sub-id
report-device = Устройство
report-desktop = Компьютер
report-phone = Телефон
report-tablet = Планшет
report-utm = UTM
report-clicks = Клики
report-visits = Визиты
report-orders = Заказы
report-sales = Продажи
report-commission = Комиссия
col-payout = Выплата
col-debt = Долг на тот момент
col-file = Файл
col-choose = Выбрать
field-currency = Валюта
filter-all = Все
adjustments-title = Корректировки
adjustments-hint = Что вы добавляете к балансу партнёра или снимаете с него помимо заказов и выплат. Учитывается сразу и сохраняется с вашим именем.
adjustments-latest = Последние корректировки
adjustments-empty = Корректировок ещё не было.
adjust-add = Добавить к балансу
adjust-take = Снять с баланса
adjust-book = Провести
adjusted = Проведено.

## Счётчик
counter-title = Счётчик
counter-text = Этот тег ставится на каждую страницу, куда могут вести ссылки партнёров.
counter-silent = Страницы без показов
counter-silent-none = Каждая страница, куда ведут ссылки или где описан товар, прислала показ.
counter-plain = Для страниц ваших программ: { $programs }
counter-asks = Для страниц программ, которым нужно согласие: { $programs }
counter-asks-hint = Странице обеих групп нужен этот код. До согласия посетителя он ничего не отправляет: tributary("consent", true).
counter-of-product = описание товара
list-cut = { $count ->
    [one] Здесь показана только { $shown }; есть и другие.
   *[other] Здесь показаны только { $shown }; есть и другие.
}
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
people-close-title = Закрыть вход
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
partner-blocked = Вы заблокированы: новых начислений и выплат нет.
links-title = Ссылки
links-hint = На любую страницу: { $hosts }
link-title = Ссылка { $code }
link-sub-id = Чтобы различать свои площадки, добавьте к адресу слово: { $url }?sub_id=news. Его покажут отчёты и передадут постбэки.
link-html = Для вашей страницы
link-as-text = Текстом
link-as-banner = Баннером
link-as-cards = Карточками всех товаров, скриптом
link-as-frame = Карточками всех товаров, во фрейме
widget-title = Товары
widget-go = Посмотреть
link-download = Скачать affiliate.html
link-qr = QR-код
coupons-title = Ваши купоны
tried-title = Заказы, не засчитанные вам
tried-hint = Заказы, покупатели которых приходили по вашей ссылке, но которые засчитаны иначе или никому. У каждого указано почему.
tried-empty = Таких заказов нет.
tried-another = засчитан другому партнёру
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
settings-iban = IBAN
settings-bic = BIC
settings-account = Счёт, банк и отделение
settings-account-hint = Только если IBAN нет.
settings-street = Улица
settings-building = Номер дома
settings-postcode = Почтовый индекс
settings-town = Город
settings-country = Страна, две буквы
settings-recipient = Номер получателя или Wisetag
settings-recipient-hint = Например @ann. Либо он, либо адрес e-mail.
settings-channel = Система, например M-Pesa
settings-channel-account = Счёт в ней
settings-note = Где и как передать
settings-saved = Сохранено.
settings-moves = Сохранено. Если с новым адресом никто не входит, туда уже отправлено письмо: пройдите по ссылке в нём, и вы будете входить с этим адресом.
settings-set-password = Установить пароль
settings-change-password = Сменить пароль
settings-profile = О вас
settings-email-hint = С ним вы входите, и на него мы пишем. Новый адрес начнёт действовать, когда вы пройдёте по ссылке из письма, отправленного туда.
settings-language = Язык
settings-old-hint = Только если вы меняете адрес почты.
settings-email-often = Для вас недавно отправлено слишком много ссылок. Попробуйте через 15 минут.
settings-money-hint = Со следующей выплаты действует то, что сохранено последним.
keys-title = Ключи API
keys-merchant-hint = С ключом магазин или другая ваша программа обращается к API. Он может то, что отмечено, и видит всех партнёров.
keys-scopes = Может
keys-scope-read = read: читать всё, что показывает API
keys-scope-write = write: создавать партнёров, ссылки, товары, клиентов и купоны
keys-scope-orders = orders: сообщать о заказах, возвратах и чарджбэках
keys-shop-hint = Например: наш магазин
keys-no-scope = отметьте хотя бы одно
keys-hint = С ключом ваша программа может читать то же, что вы видите здесь: показатели, ссылки, начисления, выплаты и товары. Изменить она ничего не может.
keys-none = Ключей пока нет.
keys-since = Создан
keys-which = Ключ
keys-revoke = Отозвать
keys-name = Для чего он
keys-name-hint = Например: моя таблица
keys-make = Создать ключ
keys-made = Ключ создан. Скопируйте его сейчас: больше он показан не будет.
keys-copy = Ваш новый ключ
keys-taken = ключ с таким названием у вас уже есть
keys-many = не больше десяти ключей: сначала отзовите один

## Стол продаж
nav-sales = Стол продаж
nav-password = Пароль
sales-title = Стол продаж
sales-hint = Выберите консьержа, который звонит: заказ начислят ему, а вы останетесь в записи.
sales-search = Имя, дом или код
sales-download = Скачать concierge.html
sales-for = Заказ для клиента партнёра { $name }
sales-place-hint = Заказ ждёт отметки об оплате. Он начисляется, если покупатель — не сам консьерж.
sales-known = Уже обслуженные
sales-new = новый покупатель
sales-net = Сумма нетто за всё, { $currency }
sales-service-date = Дата услуги
sales-service-hint = Для брони.
sales-place = Оформить заказ
sales-placed = Заказ { $order } оформлен. Ждёт оплаты.
order-marked = Записано.
becomes-paid = Отметить оплату
becomes-cancelled = Отменить
becomes-refunded = Вернуть целиком
desk-title = Заказы стола продаж
desk-hint = Все заказы, оформленные здесь, сначала новые. Выберите не больше десяти и отметьте, что с ними стало; сами деньги отсюда не возвращаются.
desk-hint-own = Заказы, которые оформили вы, сначала новые. Они начисляются после оплаты.
desk-empty = Здесь ещё не оформляли заказов.
desk-many = Ничего не изменилось: за раз можно отметить не больше десяти заказов.
desk-none-marked = Ничего не изменилось: не выбран ни один заказ, с которым это возможно.
desk-some-marked = Часть заказов отмечена; с остальными это невозможно.

nav-branding = Оформление
branding-title = Оформление страниц партнёров
branding-text = Для кабинета, регистрации и входа. Ваши собственные страницы остаются прежними, поэтому здесь ничего нельзя испортить так, чтобы не войти.
branding-logo = Адрес логотипа
branding-logo-hint = По https. Показывается высотой 32 пикселя.
branding-accent = Цвет ссылок и кнопок
branding-accent-hint = Достаточно тёмный, чтобы читаться на белом, например #0b5cad. В тёмной теме остаются обычные цвета.
branding-welcome = Что партнёр читает первым в кабинете
branding-join = Что написано над формой регистрации
branding-contact = Как партнёрам с вами связаться
branding-contact-hint = По строке: имя, адрес почты, телефон. Видно внизу страниц партнёров и на странице входа.
contact-us = Помощь и контакты
branding-texts = Тексты
branding-css = Собственная таблица стилей
branding-css-hint = Действует после нашей. Загружать что-либо с других сайтов она не может.
branding-save = Сохранить
branding-saved = Оформление сохранено.
merchant-title = Продавец
merchant-zone = Часовой пояс
merchant-zone-hint = Например Europe/Berlin. По нему определяется, к какому дню и месяцу относится событие, в том числе в отчётах за прошлое.
merchant-payday = День месяца, когда вы платите, от 1 до 28
merchant-saved = Сохранено.
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

## Тексты писем
letters-title = Тексты писем
letters-hint = Что отправляется по почте: вашими словами или нашими. Письмо уходит как текст и как HTML, оба — из одного текста.
letters-letter = Письмо
letters-text = Текст
letters-own = ваш
letters-subject = Тема
letters-body = Текст
letters-body-hint = Абзацы разделяет пустая строка; строки, которые начинаются с «- », — список. Вместо имён в фигурных скобках подставляются значения.
letters-fields = Поля этого письма
letters-preview = Предпросмотр
letters-html = Как HTML
letters-test = Отправить мне
letters-reset = Вернуть наш текст
letters-saved = Текст сохранён и действует для следующих писем.
letters-was-reset = Снова действует наш текст.
letters-tested = Письмо с примерами значений отправляется на { $email }.
letter-in-en = английский
letter-in-ru = русский
letter-registered = Вы партнёр
letter-confirm = Подтверждение адреса
letter-approved = Заявка одобрена
letter-refused = Заявка отклонена
letter-accruals = Новые начисления
letter-payout-sent = Выплата отправлена
letter-payout-failed = Выплата вернулась
letter-details = Нет реквизитов
letter-link = Ссылка для входа
letter-address = Новый адрес почты
letter-invite = Вход для ваших сотрудников
letter-report = Отчёт о ночи, для вас
letter-held = Удержанные заказы, для вас
problem-letter-subject = Тема — одна строка длиной до 200 знаков.
problem-letter-body = Текст пуст или слишком длинный.
problem-letter-field = В этом письме нет поля { "{" }{ $field }{ "}" }, или ему не место в теме.
problem-letter-missing = В тексте должно быть { "{" }{ $field }{ "}" }: ради него это письмо и отправляется.
mail-hint-here = этот Worker, каждые пять минут.
mail-only-failed = Не отправленные окончательно
mail-all = Все письма
mail-resend = Отправить снова
mail-due = Письмо отправляется снова.
settings-mail = Почта
settings-digest = Присылать мне письма о начислениях
### Вебхуки и постбэки
hooks-title = Вебхуки
hooks-hint = Другие ваши системы узнают о том, что происходит здесь: на каждое событие — подписанный POST; без ответа 2xx он повторяется три дня.
postbacks-title = Постбэки
postbacks-of = Постбэки партнёра { $partner }
postbacks-of-hint = Трекер партнёра узнаёт о его заказах, комиссиях и выплатах: на каждое событие — GET; без ответа 2xx он повторяется три дня. Партнёр тоже видит эти адреса и может их менять. В адрес подставляется то, что известно о событии: { $macros }.
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
## Контакты и рекламные материалы
nav-contacts = Контакты
contacts-title = Контакты
contacts-search = E-mail или обозначение в магазине
contacts-empty = Контактов ещё нет. Они появляются с подписками и заказами.
contacts-none = Таких контактов нет.
contact-external = В магазине
contact-since = Известен с
contact-new = Новый контакт
contact-add = Добавить
contact-added = Контакт записан.
contact-partner = Закрепить за партнёром (код)
contact-partner-hint = Можно оставить пустым.
contact-bound = Закреплён за
contact-bound-since = С
contact-bound-by = Основание
contact-bound-nobody = никем
contact-bound-done = Контакт закреплён: его заказы с этого момента принадлежат этому партнёру.
contact-touched = Клик
contact-evidence = Что связывает его с партнёрами, сначала новое
contact-bind = Закрепить вручную
contact-bind-hint = Действует для его заказов с этого момента, что бы ни связывало его иначе. Ваше имя и причина сохраняются.
contact-join = Сделать его партнёром программы
bound-opt-in = подписка
bound-coupon = купон
bound-touch = клик перед заказом
bound-order = заказ, в котором назван партнёр
bound-hand = вручную
product-rates = Свои ставки, сильнее ставок программы
product-pages = Страницы описания
product-pages-hint = По одному адресу в строке, на сайтах, куда могут вести ссылки.
product-hold-hint = Пусто: как в программе.
materials-title = Рекламные материалы
materials-empty = Пока ничего: у партнёров есть только ссылки.
advertised-empty = Пока нечего рекламировать. Достаточно ссылки на любую страницу.
materials-none = Для этого товара их нет; достаточно ссылки.
material-title = Название
material-size = Размер
material-text = Текст
material-banner = Баннер
material-mail = Письмо
material-body = Текст
material-body-hint = Текст ссылки, подпись картинки или само письмо. В письме {"{"}link{"}"} заменяется ссылкой партнёра.
material-picture = Адрес картинки
material-picture-hint = Для баннера, с размером в пикселях.
material-width = Ширина
material-height = Высота
material-new = Новый материал
material-change = Изменить материал
material-add = Добавить
material-remove = Удалить
problem-many = не больше { $most }
advertise-hint = Выберите страницу и создайте свою ссылку на неё. В материалах ниже она уже стоит.
advertise-links = Ваши ссылки на этот товар
advertise-first = Сначала создайте ссылку: тогда каждый материал можно скопировать с ней.

# Файлы, которые загружают, и то, что присылают магазины
import-title = Загрузка
import-hint = Заказы, возвраты, партнёры и товары из файла CSV. Ничего не сохраняется, пока вы не увидите, что в нём прочитано; тот же файл ещё раз ничего не меняет.
import-kind = Что в файле
import-of-orders = Заказы
import-of-refunds = Возвраты и чарджбэки
import-of-partners = Партнёры
import-of-products = Товары
import-file = Файл CSV
import-file-hint = UTF-8, не больше 5 000 строк и 1,7 МБ. Для больших файлов — команда tributary import.
import-text = Или его текст
import-look = Посмотреть
import-columns = Какой столбец что значит
import-look-again = Посмотреть ещё раз
import-missing = Укажите столбец: { $columns }.
import-first-rows = Первые строки — так они будут прочитаны
import-line = Строка
import-problem = Что не так
import-would = Если загрузить
import-result = Что загружено
import-new = Новых или изменённых
import-known = Уже известных
import-bad = Отклонённых
import-bad-lines = Отклонённые строки
import-bad-file = Все отклонённые — в CSV
import-take = Загрузить: { $shown }
import-done = Файл загружен.
import-empty = В присланном нет строк: нужен заголовок и хотя бы одна строка.
import-too-long = В файле больше 5 000 строк. Разделите его или загрузите командой tributary import.
import-col-external-id = Заказ
import-col-status = Статус
import-col-currency = Валюта
import-col-paid-at = Когда оплачен
import-col-placed-at = Когда оформлен
import-col-email = Почта покупателя
import-col-sku = Товар (артикул)
import-col-quantity = Количество
import-col-net = Сумма строки без налогов
import-col-coupon = Купоны
import-col-partner = Партнёр
import-col-refunded-net = Из неё возвращено
import-col-customer-id = Номер покупателя
import-col-subscription = Подписка
import-col-refund-id = Номер возврата
import-col-at = Когда возвращено
import-col-amount = Сумма
import-col-kind = Вид
import-col-code = Код партнёра
import-col-name = Имя
import-col-parent-code = Кто над ним
import-col-program = Программа
import-col-participates = Участвует
import-col-shown = Виден партнёрам
too-large = Прислано больше, чем принимается: в форме — до 64 КБ, в файле — до 1,7 МБ. Ничего не изменено. Большие файлы загружают командой tributary import.
shops-title = Магазины и платёжные сервисы
shops-hint = Подписанные сообщения, из которых ничего не получилось, новые сверху: проверки магазина и платёжного сервиса и события, которые к нам не относятся. Хранятся 30 дней.
shops-empty = Из всего, что пришло, что-то получилось.
shops-from = Откуда
shops-reason = Почему
