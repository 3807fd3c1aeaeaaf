import type { DurationUnit } from '../calendar/time.ts';
import { COMMON_COMMANDS, type Sentences } from './sentences.ts';
import { whyPl } from './why/pl.ts';

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
  plan: 'Pakiet',
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
      case 'done_duplicate':
        return `Nic więcej: ten problem zgłoszono już wcześniej${next.of ? ` (zgłoszenie nr ${next.of})` : ''} i zajmujemy się nim w tamtym zgłoszeniu. Jeśli to niesłuszne, prosimy wyjaśnić w komentarzu dlaczego albo napisać w osobnym wierszu \`/still-broken\`.`;
      case 'waiting':
        return `Zespół czeka na odpowiedź osoby zgłaszającej${next.reason ? `: ${next.reason}` : ''}. Każdy komentarz tej osoby wznawia sprawę; do tego momentu czasy oznaczone jako wstrzymane nie biegną.`;
      case 'hold':
        return `Sprawa jest wstrzymana${next.reason ? `: ${next.reason}` : ''}. Czasy oznaczone jako wstrzymane nie biegną, dopóki zespół jej nie wznowi.`;
      case 'lacking':
        return `Brakuje wymaganych informacji: ${next.fields}. Prosimy uzupełnić je, edytując zgłoszenie, albo odpowiedzieć w komentarzu; do tego momentu czasy oznaczone jako wstrzymane nie biegną.`;
      case 'withdrawn':
        return 'Ta sprawa nie jest już obsługiwana jako zgłoszenie, więc podane terminy nie obowiązują.';
    }
  },
  note: ({ about, is, instead }) => {
    if (about === 'plan') return 'Pakiet podany w formularzu nie obowiązuje sam z siebie. Zespół może go ustawić.';
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
  securityPublic: 'To zgłoszenie może przeczytać każdy. Prosimy nie podawać tutaj szczegółów problemu.',
  rated: (stars) => `Osoba zgłaszająca oceniła obsługę: ${stars} na 5.`,
  handedOver: (from, to, at, notes) => `Przekazanie zgłoszenia, ${at}: przekazuje ${from}, przejmuje ${to}; ${notes}.`,
  notes: 'notatki',

  why: whyPl,

  pageSoon: (clock, due, percent) => `**${clock}**: minęło ${percent}% czasu, termin: **${due}**.`,
  pageBreach: (clock, due) => `**${clock}** upłynął **${due}**, a zobowiązanie nie zostało spełnione.`,
  pageAfter: (clock, due, later) => `**${clock}** upłynął **${due}**, a zobowiązanie nadal nie zostało spełnione; opóźnienie: ${later}.`,
  pageDue: (clock, due) => `**${clock}**: termin **${due}**.`,
  pageSince: (since) => `Czas biegnie od ${since}.`,
  pageStagnant: (since) => `Od **${since}** nikt z zespołu nic tu nie napisał ani nie zrobił.`,
  pageRepeat: (n, of) => `Przypomnienie ${n} z ${of}.`,
  pageAsked: (who) => `O eskalację prosi ${who}.`,
  askRequired: (fields) =>
    `Brakuje wymaganych informacji: ${fields}. Prosimy uzupełnić je, edytując zgłoszenie, albo odpowiedzieć w komentarzu. Do tego momentu czasy, które od nich zależą, nie biegną.`,
  askHandOff: (to) =>
    to
      ? `Państwa dyżur dobiegł końca, teraz dyżuruje ${to}. To zgłoszenie jest nadal otwarte i przypisane do Państwa: prosimy przekazać je, pisząc w osobnym wierszu \`/handoff ${to} notes\`, albo zachować je poleceniem \`/stay\`.`
      : 'Państwa dyżur dobiegł końca. To zgłoszenie jest nadal otwarte i przypisane do Państwa: prosimy przekazać je, pisząc w osobnym wierszu `/handoff who notes`, albo zachować je poleceniem `/stay`.',
  pageLate: (at) => `To powiadomienie miało się pojawić ${at}; jest spóźnione.`,
  pageSkipped: 'Osób wskazanych w tym kroku nie można tu powiadomić, więc powiadamiamy następne w kolejności.',
  pageNames: (team) => `Zespołu ${team} nie dało się powiadomić jako całości, więc powiadamiamy jego członków:`,
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
      case 'needs_one':
        return `Po \`/${command}\` trzeba podać nazwę${hint ? `, jedną z tych: ${hint}` : ', ale tutejsze zasady żadnej nie określają'}.`;
      case 'unknown_one':
        return `\`/${command}\`: takiej nazwy tu nie ma.${hint ? ` Dostępne: ${hint}.` : ' Tutejsze zasady żadnej nie określają.'}`;
      case 'needs_text':
        return `Po \`/${command}\` trzeba podać treść, w tym samym wierszu albo poniżej: właśnie ją przeczyta osoba zgłaszająca.`;
      case 'needs_reason':
        return `Po \`/${command}\` trzeba podać powód.`;
      case 'needs_notes':
        return `W \`/${command}\` po nazwie użytkownika trzeba dodać notatki, aby następna osoba wiedziała, jaki jest stan sprawy.`;
      case 'needs_person':
        return `Po \`/${command}\` trzeba wskazać osobę, na przykład \`ann\`.`;
      case 'unknown_person':
        return `\`/${command}\`: tej osobie nie można tu niczego przypisać. Prosimy sprawdzić nazwę użytkownika i to, czy ta osoba ma dostęp do tego repozytorium.`;
      case 'needs_issue':
        return `Po \`/${command}\` trzeba podać numer innego zgłoszenia z tego repozytorium, na przykład \`12\`.`;
      case 'needs_number':
        return `Po \`/${command}\` trzeba podać numer kroku, na przykład \`2\`.`;
      case 'needs_rating':
        return `Po \`/${command}\` trzeba podać liczbę od 1 do 5.`;
      case 'no_runbook':
        return `\`/${command}\`: nie znaleziono procedury. Kategoria wskazuje ją w \`runbook\`, a plik musi się znajdować w tym repozytorium.`;
      case 'not_paused':
        return `\`/${command}\`: to zgłoszenie ani na nikogo nie czeka, ani nie jest wstrzymane.`;
      case 'not_closed':
        return `\`/${command}\`: to zgłoszenie jest otwarte. Jeśli poprawka nie działa, prosimy napisać \`/still-broken\`.`;
      case 'not_fixed_yet':
        return `Polecenia \`/${command}\` można użyć dopiero wtedy, gdy poprawka jest gotowa.`;
      case 'needs_day':
        return `\`/${command}\`: po poleceniu można podać tylko datę, na przykład \`2026-12-01\` albo \`2026-12-01 10:00\`.`;
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
    reopen: 'otwiera zgłoszenie ponownie',
    rate: 'pozwala ocenić otrzymaną pomoc',
    sla: 'pokazuje stan wszystkich terminów; z `why` także to, skąd wziął się każdy z nich',
    help: 'pokazuje tę listę',
    ack: 'potwierdza, że zespół widział zgłoszenie',
    take: 'przejmuje zgłoszenie',
    assign: 'przypisuje zgłoszenie wskazanej osobie',
    handoff: 'przekazuje zgłoszenie innej osobie, razem z notatkami',
    stay: 'zachowuje zgłoszenie mimo zakończonego dyżuru',
    priority: 'ustawia priorytet',
    product: 'ustawia produkt',
    category: 'ustawia kategorię',
    plan: 'ustawia wykupiony pakiet',
    wait: 'czeka na odpowiedź osoby zgłaszającej; każdy jej komentarz wznawia sprawę',
    hold: 'wstrzymuje sprawę, gdy trzeba czekać na kogoś innego; wymaga podania powodu',
    resume: 'wznawia sprawę, która czekała lub była wstrzymana',
    workaround: 'opisuje, jak radzić sobie z problemem do czasu poprawki',
    fixed: 'poprawka jest gotowa; prosi osobę zgłaszającą o potwierdzenie',
    close: 'zamyka zgłoszenie jako załatwione',
    duplicate: 'zamyka zgłoszenie jako duplikat innego',
    escalate: 'od razu powiadamia następne osoby w kolejności',
    runbook: 'pokazuje kroki procedury jako listę do odhaczania',
    done: 'odhacza krok procedury',
  },
  handsOver: (from) => `${from} przekazuje Państwu to zgłoszenie.`,
  stays: (who, until) => `${who} zachowuje to zgłoszenie także po zakończeniu dyżuru${until ? `, do ${until}` : ''}.`,
  runbook: (name) => `Procedura: ${name}`,
  runbookHow: 'Wykonane kroki można odhaczać tutaj albo napisać w osobnym wierszu komentarza `/done` i numer kroku.',
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
  checkMuted: (issues) =>
    `GitHub odrzucił komentarze, które miały powiadomić osoby w tych zgłoszeniach: ${issues}. Prosimy sprawdzić, czy nie mają zbyt wielu komentarzy, czy nie są zablokowane i czy aplikacja może w nich pisać. System wciąż próbuje.`,
  checkYielded: (labels) => `Te etykiety stale zmienia bot, więc zostają takie, jakie ustawił: ${labels}.`,
  checkNeverGood: 'Żadne zasady jeszcze nie obowiązują: dopóki plik nie jest poprawny, system nic więcej nie robi.',

  crowdTitle: (n) => `Naraz nadszedł termin w ${inTickets(n)}: czy powiadomić osoby odpowiedzialne?`,
  crowdIntro: (n) =>
    `Jedna zmiana, a nie upływ czasu, sprawiła, że w ${inTickets(n)} naraz nadszedł termin. Nikogo nie powiadomiono. Lista zgłoszeń:`,
  crowdGo:
    'Jeśli powiadomienia mają zostać wysłane, ktoś z zespołu powinien napisać tu w osobnym wierszu `/go`. Zamknięcie tego zgłoszenia bez tego polecenia oznacza rezygnację z tych powiadomień.',
  crowdGone: 'Dziękujemy: powiadomienia są teraz wysyłane.',
};
