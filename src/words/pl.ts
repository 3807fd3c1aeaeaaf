import type { DurationUnit } from '../calendar/time.ts';
import { COMMON_COMMANDS, type Sentences } from './sentences.ts';

const UNITS: Readonly<Record<DurationUnit, readonly [one: string, few: string, many: string]>> = {
  s: ['sekunda', 'sekundy', 'sekund'],
  m: ['minuta', 'minuty', 'minut'],
  h: ['godzina', 'godziny', 'godzin'],
  d: ['dzień', 'dni', 'dni'],
  w: ['tydzień', 'tygodnie', 'tygodni'],
};

const RULES = new Intl.PluralRules('pl');

/** 1 · 2–4, 22–24, … · 0, 5–21, … */
function plural(n: number, one: string, few: string, many: string): string {
  const rule = RULES.select(n);
  return `${n} ${rule === 'one' ? one : rule === 'few' ? few : many}`;
}

const inTickets = (n: number) => `${n} ${n === 1 ? 'zgłoszeniu' : 'zgłoszeniach'}`;

/** Every clock is a „czas”, so that one form of each word (dotrzymany, wstrzymany) fits them all. */
export const pl: Sentences = {
  language: 'pl',
  locale: 'pl-PL',
  markers: {
    received: 'Przyjęte, nikt jeszcze nad tym nie pracuje',
    progress: 'W toku',
    confirming: 'Poprawka jest gotowa i czeka na potwierdzenie',
    resolved: 'Rozwiązane',
  },
  clocks: {
    first_response: 'Czas reakcji',
    next_response: 'Czas kolejnej odpowiedzi',
    update: 'Czas kolejnej informacji',
    workaround: 'Czas obejścia problemu',
    resolution: 'Czas rozwiązania',
  },
  unit: (n, unit) => plural(n, ...UNITS[unit]),
  andMore: (n) => `i jeszcze ${n}`,

  priority: 'Priorytet',
  product: 'Produkt',
  category: 'Kategoria',
  owner: 'Odpowiada za to',
  promise: 'Zobowiązanie',
  target: 'Limit',
  due: 'Termin',
  state: 'Stan',
  standing: (standing) => {
    switch (standing.is) {
      case 'running':
        return 'biegnie';
      case 'breached':
        return '**przekroczony**';
      case 'paused':
        return 'wstrzymany';
      case 'met':
        return `dotrzymany (${standing.at})`;
      case 'fixed':
        return `dotrzymany, pod warunkiem potwierdzenia (${standing.at})`;
      case 'met_late':
        return `przekroczony, opóźnienie: ${standing.by} (${standing.at})`;
      case 'unanswered':
        return 'zgłoszenie zamknięto wcześniej';
      case 'dropped':
        return 'już nie obowiązuje';
    }
  },
  aroundTheClock: 'całodobowo',
  whatNext: 'Co dalej',
  next: (next) => {
    switch (next.is) {
      case 'answer':
        if (next.late)
          return next.calls
            ? 'Odpowiedź się opóźnia; powiadomiliśmy osoby odpowiedzialne. Ktoś z zespołu tutaj odpowie.'
            : 'Odpowiedź się opóźnia. Ktoś z zespołu tutaj odpowie.';
        if (!next.due) return 'Ktoś z zespołu tutaj odpowie.';
        return `Zespół odpowie tutaj do **${next.due}**.${next.calls ? ' Jeśli to się nie uda, powiadomimy osoby odpowiedzialne.' : ''}`;
      case 'pick_up':
        return 'Zespół już odpowiedział. Teraz ktoś zajmie się sprawą i będzie to tutaj widać.';
      case 'work':
        return `${next.who ? `Pracuje nad tym ${next.who}` : 'Ktoś z zespołu nad tym pracuje'}.${next.due ? ` Termin rozwiązania: **${next.due}**.` : ''}`;
      case 'confirm':
        return `Prosimy sprawdzić poprawkę. Jeśli działa, prosimy napisać w osobnym wierszu \`/confirm\`, a jeśli nie, \`/still-broken\` i opis, co się dzieje.${next.until ? ` Jeśli nie otrzymamy odpowiedzi do **${next.until}**, uznamy sprawę za rozwiązaną.` : ''}`;
      case 'confirm_stopped':
        return 'Dziękujemy za odpowiedź. Zgłoszenie nie zamknie się samo: zespół przeczyta komentarz i odpisze. Jeśli poprawka działa, prosimy napisać `/confirm`, a jeśli nie, `/still-broken`.';
      case 'done':
        return 'Nic więcej, sprawa jest rozwiązana. Jeśli problem wróci, prosimy napisać w osobnym wierszu `/still-broken`, a zgłoszenie zostanie otwarte ponownie.';
      case 'done_silence':
        return 'Nic więcej: poprawka jest gotowa i nikt nie zgłosił zastrzeżeń, więc uznaliśmy sprawę za rozwiązaną. Jeśli tak nie jest, prosimy napisać w osobnym wierszu `/still-broken`.';
      case 'done_without_fix':
        return 'Nic więcej: zgłoszenie zamknięto bez poprawki. Jeśli to niesłuszne, prosimy wyjaśnić w komentarzu dlaczego albo napisać w osobnym wierszu `/still-broken`.';
      case 'withdrawn':
        return 'Ta sprawa nie jest już obsługiwana jako zgłoszenie, więc podane terminy nie obowiązują.';
    }
  },
  note: ({ about, is, instead }) => {
    if (about === 'priority')
      return is === 'blank'
        ? `W formularzu nie podano priorytetu, więc przyjęliśmy: ${instead}. Zespół może to poprawić.`
        : `Priorytetu podanego w formularzu tutaj nie ma, więc przyjęliśmy: ${instead}. Zespół może to poprawić.`;
    const what = { product: 'produktu', category: 'kategorii' }[about];
    return is === 'blank'
      ? `W formularzu nie podano ${what}. Zespół może to uzupełnić.`
      : `Nie znamy ${what} z formularza. Zespół może to poprawić.`;
  },
  timesIn: (zone) => `Godziny podano w strefie czasowej ${zone}.`,
  reconstructed: 'Zgłoszenie jest starsze niż ten system obsługi; wcześniejsze zdarzenia odczytaliśmy z jego historii.',
  reporterCommands: 'W osobnym wierszu komentarza można napisać `/confirm`, `/still-broken`, `/sla` lub `/help`.',

  pageSoon: (clock, due, percent) => `**${clock}**: minęło ${percent}% czasu, termin: **${due}**.`,
  pageBreach: (clock, due) => `**${clock}** upłynął **${due}**, a zobowiązanie nie zostało spełnione.`,
  pageAfter: (clock, due, later) => `**${clock}** upłynął **${due}**, a zobowiązanie nadal nie zostało spełnione; opóźnienie: ${later}.`,
  pageSince: (since) => `Czas biegnie od ${since}.`,
  pageLate: (at) => `To powiadomienie miało się pojawić ${at}; jest spóźnione.`,
  pageSkipped: 'Osób wskazanych w tym kroku nie można tu powiadomić, więc powiadamiamy następne w kolejności.',
  confirmSoon: (until) =>
    `Przekazaliśmy poprawkę i nie mamy od Państwa odpowiedzi. Bez odpowiedzi zgłoszenie zostanie uznane za rozwiązane: **${until}**. Proszę napisać w osobnym wierszu \`/confirm\`, jeśli działa, albo \`/still-broken\` i co Państwo widzą, jeśli nie działa.`,
  pageHow: 'Prosimy odpowiedzieć w komentarzu albo napisać w osobnym wierszu `/take`, aby przejąć zgłoszenie.',

  refused: (command, why, hint) => {
    switch (why) {
      case 'responders_only':
        return COMMON_COMMANDS.has(command)
          ? `Polecenie \`/${command}\` jest dla osoby zgłaszającej i dla zespołu, który tu odpowiada.`
          : `Polecenie \`/${command}\` jest dla zespołu, który tu odpowiada.`;
      case 'reporter_only':
        return `Polecenie \`/${command}\` jest dla osoby zgłaszającej.`;
      case 'needs_priority':
        return `Po \`/${command}\` trzeba podać priorytet${hint ? `, jeden z tych: ${hint}` : ''}.`;
      case 'unknown_priority':
        return `\`/${command}\`: nie ma takiego priorytetu.${hint ? ` Dostępne: ${hint}.` : ''}`;
      case 'not_fixed':
        return `\`/${command}\`: poprawki jeszcze nie ma, więc nie ma czego cofać. Zgłoszenie jest nadal otwarte, a terminy obowiązują.`;
      case 'already_resolved':
        return `\`/${command}\`: zgłoszenie jest już rozwiązane. Jeśli problem wrócił, prosimy napisać \`/still-broken\`.`;
      case 'not_yet':
        return `Ta wersja systemu nie obsługuje jeszcze polecenia \`/${command}\`.`;
      case 'in_code':
        return `Polecenie \`/${command}\` znajduje się w kodzie lub cytacie i nie zostało wykonane. Polecenia działają w osobnym wierszu, poza kodem i cytatami.`;
    }
  },
  helpIntro: 'Polecenia piszemy w komentarzu, każde w osobnym wierszu.',
  help: {
    confirm: 'poprawka działa, sprawa jest rozwiązana',
    'still-broken': 'poprawka nie działa albo problem wrócił; prosimy opisać, co się dzieje',
    sla: 'pokazuje stan wszystkich terminów',
    help: 'pokazuje tę listę',
    take: 'przejmuje zgłoszenie',
    fixed: 'poprawka jest gotowa; prosi osobę zgłaszającą o potwierdzenie',
    priority: 'ustawia priorytet',
  },
  helpReporter: 'Dla osoby zgłaszającej',
  helpResponder: 'Dla zespołu, który odpowiada',

  labelOf: (what, name) => {
    const kind = {
      priority: 'Priorytet',
      product: 'Produkt',
      category: 'Kategoria',
      marker: 'Stan zgłoszenia',
      flag: 'Oznaczenie zgłoszenia',
    }[what];
    return `${kind}: ${name}`;
  },

  checkGood: ({ priorities, clocks, preset, fastest }) =>
    `${plural(clocks, 'rodzaj', 'rodzaje', 'rodzajów')} zobowiązań dla ${priorities} ${priorities === 1 ? 'priorytetu' : 'priorytetów'}, na podstawie ${preset}. Najpilniejsze: ${fastest}.`,
  checkNotYet: (names) => `Odczytano, ale w tej wersji jeszcze nie działa: ${names}.`,
  checkBad: (n) => `${plural(n, 'problem', 'problemy', 'problemów')} w support.yml; ta wersja pliku nie obowiązuje.`,
  checkLastGood: (since) => `Nadal obowiązują ostatnie poprawne zasady, z ${since}.`,
  checkElsewhere: 'Część problemów jest nie w tym pliku, lecz w tym, na którym się on opiera.',
  checkUnheard: (steps) =>
    `W tych krokach nikogo nie powiadomiono, bo wskazanych osób nie można tu powiadomić: ${steps}. Prosimy wpisać osoby w roles, owners lub default_owners.`,
  checkYielded: (labels) => `Te etykiety stale zmienia bot, więc zostają takie, jakie ustawił: ${labels}.`,
  checkNeverGood: 'Żadne zasady jeszcze nie obowiązują: dopóki plik nie jest poprawny, system nic więcej nie robi.',

  crowdTitle: (n) => `Naraz nadszedł termin w ${inTickets(n)}: czy powiadomić osoby odpowiedzialne?`,
  crowdIntro: (n) =>
    `Jedna zmiana, a nie upływ czasu, sprawiła, że w ${inTickets(n)} naraz nadszedł termin. Nikogo nie powiadomiono. Lista zgłoszeń:`,
  crowdGo:
    'Jeśli powiadomienia mają zostać wysłane, ktoś z zespołu powinien napisać tu w osobnym wierszu `/go`. Zamknięcie tego zgłoszenia bez tego polecenia oznacza rezygnację z tych powiadomień.',
  crowdGone: 'Dziękujemy: powiadomienia są teraz wysyłane.',
};
