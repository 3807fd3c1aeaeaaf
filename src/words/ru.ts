import type { DurationUnit } from '../calendar/time.ts';
import { COMMON_COMMANDS, type Sentences } from './sentences.ts';

const UNITS: Readonly<Record<DurationUnit, readonly [one: string, few: string, many: string]>> = {
  s: ['секунда', 'секунды', 'секунд'],
  m: ['минута', 'минуты', 'минут'],
  h: ['час', 'часа', 'часов'],
  d: ['день', 'дня', 'дней'],
  w: ['неделя', 'недели', 'недель'],
};

const RULES = new Intl.PluralRules('ru');

/** 1, 21, 101, … · 2–4, 22–24, … · 0, 5–20, 111–114, … */
function plural(n: number, one: string, few: string, many: string): string {
  const rule = RULES.select(n);
  return `${n} ${rule === 'one' ? one : rule === 'few' ? few : many}`;
}

const inTickets = (n: number) => plural(n, 'обращении', 'обращениях', 'обращениях');

/** Clocks have all genders here, so what is said of them has none (просрочено, вовремя). */
export const ru: Sentences = {
  language: 'ru',
  locale: 'ru-RU',
  markers: {
    received: 'Получено, пока никто над ним не работает',
    progress: 'В работе',
    confirming: 'Исправление готово и ждёт подтверждения',
    resolved: 'Решено',
  },
  clocks: {
    first_response: 'Первый ответ',
    next_response: 'Следующий ответ',
    update: 'Сообщение о ходе работы',
    workaround: 'Обходной путь',
    resolution: 'Решение',
  },
  unit: (n, unit) => plural(n, ...UNITS[unit]),
  andMore: (n) => `и ещё ${n}`,

  priority: 'Приоритет',
  product: 'Продукт',
  category: 'Категория',
  owner: 'За это отвечает',
  promise: 'Обещание',
  target: 'Время',
  due: 'Срок',
  state: 'Состояние',
  standing: (standing) => {
    switch (standing.is) {
      case 'running':
        return 'ожидается';
      case 'breached':
        return '**просрочено**';
      case 'paused':
        return 'на паузе';
      case 'met':
        return `вовремя (${standing.at})`;
      case 'fixed':
        return `вовремя, если решение подтвердят (${standing.at})`;
      case 'met_late':
        return `опоздание: ${standing.by} (${standing.at})`;
      case 'unanswered':
        return 'обращение закрыто раньше';
      case 'dropped':
        return 'больше не действует';
    }
  },
  aroundTheClock: 'круглосуточно',
  whatNext: 'Что дальше',
  next: (next) => {
    switch (next.is) {
      case 'answer':
        if (next.late)
          return next.calls
            ? 'Ответ задерживается; ответственные уведомлены. Вам ответит здесь кто-то из поддержки.'
            : 'Ответ задерживается. Вам ответит здесь кто-то из поддержки.';
        if (!next.due) return 'Вам ответит здесь кто-то из поддержки.';
        return `Поддержка ответит здесь до **${next.due}**.${next.calls ? ' Если не получится, мы уведомим ответственных.' : ''}`;
      case 'pick_up':
        return 'Поддержка ответила. Теперь кто-то возьмёт обращение в работу, и вы увидите это здесь.';
      case 'work':
        return `${next.who ? `Над этим работает ${next.who}` : 'Над этим работает кто-то из поддержки'}.${next.due ? ` Срок решения: **${next.due}**.` : ''}`;
      case 'confirm':
        return `Пожалуйста, проверьте исправление. Если оно работает, напишите отдельной строкой \`/confirm\`, а если нет — \`/still-broken\` с описанием того, что вы видите.${next.until ? ` Если до **${next.until}** ответа не будет, обращение будет считаться решённым.` : ''}`;
      case 'confirm_stopped':
        return 'Спасибо за ответ. Само обращение не закроется: поддержка прочитает комментарий и ответит. Если исправление работает, напишите `/confirm`, а если нет — `/still-broken`.';
      case 'done':
        return 'Ничего, вопрос решён. Если проблема вернётся, напишите отдельной строкой `/still-broken`, и обращение откроется снова.';
      case 'done_silence':
        return 'Ничего: исправление готово, возражений не было, поэтому вопрос считается решённым. Если это не так, напишите отдельной строкой `/still-broken`.';
      case 'done_without_fix':
        return 'Ничего: обращение закрыто без исправления. Если вы не согласны, объясните почему в комментарии или напишите отдельной строкой `/still-broken`.';
      case 'withdrawn':
        return 'Это больше не обращение в поддержку, поэтому обещанные сроки не действуют.';
    }
  },
  note: ({ about, is, instead }) => {
    if (about === 'priority')
      return is === 'blank'
        ? `В форме не указан приоритет, поэтому выбран ${instead}. Поддержка может его изменить.`
        : `Приоритета из формы здесь нет, поэтому выбран ${instead}. Поддержка может его изменить.`;
    if (about === 'product')
      return is === 'blank'
        ? 'В форме не указан продукт. Поддержка может его добавить.'
        : 'Продукта из формы здесь нет. Поддержка может указать нужный.';
    return is === 'blank'
      ? 'В форме не указана категория. Поддержка может её добавить.'
      : 'Категории из формы здесь нет. Поддержка может указать нужную.';
  },
  timesIn: (zone) => `Время указано по часовому поясу ${zone}.`,
  reconstructed: 'Обращение создано раньше, чем здесь начала работать система поддержки; прежние события взяты из его истории.',
  reporterCommands: 'В комментарии отдельной строкой можно написать `/confirm`, `/still-broken`, `/sla` или `/help`.',

  pageSoon: (clock, due, percent) => `**${clock}**: прошло ${percent}\u00a0% времени, срок: **${due}**.`,
  pageBreach: (clock, due) => `**${clock}**: срок истёк **${due}**, обещание не выполнено.`,
  pageAfter: (clock, due, later) => `**${clock}**: срок истёк **${due}**, обещание всё ещё не выполнено; задержка: ${later}.`,
  pageSince: (since) => `Отсчёт идёт с ${since}.`,
  pageLate: (at) => `Это уведомление должно было прийти ${at}, но опоздало.`,
  pageSkipped: 'Тех, кто указан для этого шага, здесь уведомить нельзя, поэтому уведомлены следующие по очереди.',
  confirmSoon: (until) =>
    `Мы предложили исправление, но ответа от вас пока нет. Без ответа обращение будет считаться решённым: **${until}**. Напишите отдельной строкой \`/confirm\`, если всё работает, или \`/still-broken\` и что вы видите, если нет.`,
  pageHow: 'Ответьте в комментарии или напишите отдельной строкой `/take`, чтобы взять обращение в работу.',

  refused: (command, why, hint) => {
    switch (why) {
      case 'responders_only':
        return COMMON_COMMANDS.has(command)
          ? `Команда \`/${command}\` — для автора обращения и для тех, кто здесь отвечает.`
          : `Команда \`/${command}\` — для тех, кто здесь отвечает.`;
      case 'reporter_only':
        return `Команда \`/${command}\` — для автора обращения.`;
      case 'needs_priority':
        return `После \`/${command}\` нужен приоритет${hint ? `, один из этих: ${hint}` : ''}.`;
      case 'unknown_priority':
        return `\`/${command}\`: такого приоритета нет.${hint ? ` Есть такие: ${hint}.` : ''}`;
      case 'not_fixed':
        return `\`/${command}\`: исправления ещё нет, отменять нечего. Обращение по-прежнему открыто, сроки действуют.`;
      case 'already_resolved':
        return `\`/${command}\`: обращение уже решено. Если проблема вернулась, напишите \`/still-broken\`.`;
      case 'not_yet':
        return `Команда \`/${command}\` в этой версии ещё не поддерживается.`;
      case 'in_code':
        return `Команда \`/${command}\` стоит в коде или цитате и не выполнена. Команды пишут отдельной строкой, вне кода и цитат.`;
    }
  },
  helpIntro: 'Команды пишут в комментарии, каждую отдельной строкой.',
  help: {
    confirm: 'исправление работает, вопрос решён',
    'still-broken': 'исправление не работает или проблема вернулась; напишите, что вы видите',
    sla: 'показать состояние обещаний',
    help: 'показать этот список',
    take: 'взять обращение в работу',
    fixed: 'исправление готово; попросить автора обращения подтвердить',
    priority: 'задать приоритет',
  },
  helpReporter: 'Для автора обращения',
  helpResponder: 'Для тех, кто здесь отвечает',

  labelOf: (what, name) => {
    const kind = {
      priority: 'Приоритет',
      product: 'Продукт',
      category: 'Категория',
      marker: 'Состояние обращения',
      flag: 'Отметка обращения',
    }[what];
    return `${kind}: ${name}`;
  },

  checkGood: ({ priorities, clocks, preset, fastest }) =>
    `${plural(clocks, 'вид', 'вида', 'видов')} обещаний для ${plural(priorities, 'приоритета', 'приоритетов', 'приоритетов')}, на основе ${preset}. Самое срочное: ${fastest}.`,
  checkNotYet: (names) => `Прочитано, но в этой версии ещё не действует: ${names}.`,
  checkBad: (n) => `${plural(n, 'ошибка', 'ошибки', 'ошибок')} в support.yml; эта версия файла не действует.`,
  checkLastGood: (since) => `Остаются в силе последние верные правила, от ${since}.`,
  checkElsewhere: 'Часть ошибок не в этом файле, а в том, на котором он основан.',
  checkUnheard: (steps) =>
    `На этих шагах никто не уведомлён, потому что указанных людей здесь уведомить нельзя: ${steps}. Укажите людей в roles, owners или default_owners.`,
  checkYielded: (labels) => `Эти метки постоянно меняет бот, поэтому они остаются такими, какими он их оставил: ${labels}.`,
  checkNeverGood: 'Никакие правила ещё не действуют: пока в файле есть ошибки, система больше ничего не делает.',

  crowdTitle: (n) => `Сроки подошли сразу в ${inTickets(n)}: уведомить ответственных?`,
  crowdIntro: (n) =>
    `Из-за одного изменения, а не с течением времени, сроки подошли сразу в ${inTickets(n)}. Никто не уведомлён. Вот эти обращения:`,
  crowdGo:
    'Если уведомления нужны, пусть кто-то из поддержки напишет здесь отдельной строкой `/go`. Если закрыть это обращение без этой команды, уведомления отменятся.',
  crowdGone: 'Спасибо: ответственные получают уведомления.',
};
