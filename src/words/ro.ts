import type { DurationUnit } from '../calendar/time.ts';
import { COMMON_COMMANDS, type Sentences } from './sentences.ts';
import { whyRo } from './why/ro.ts';

const UNITS: Readonly<Record<DurationUnit, readonly [one: string, many: string]>> = {
  s: ['secundă', 'secunde'],
  m: ['minut', 'minute'],
  h: ['oră', 'ore'],
  d: ['zi', 'zile'],
  w: ['săptămână', 'săptămâni'],
};

const RULES = new Intl.PluralRules('ro');

/** 1 zi · 2–19, 101–119, … zile · 20–100, … de zile */
function plural(n: number, one: string, many: string): string {
  const rule = RULES.select(n);
  return `${n} ${rule === 'one' ? one : rule === 'few' ? many : `de ${many}`}`;
}

/** Every clock is a „timp”, so that one form of each word (respectat, depășit) fits them all. */
export const ro: Sentences = {
  language: 'ro',
  locale: 'ro-RO',
  markers: {
    received: 'Primit, încă nu lucrează nimeni la el',
    progress: 'În lucru',
    confirming: 'Există o remediere, care așteaptă confirmarea',
    resolved: 'Rezolvat',
  },
  clocks: {
    first_response: 'Timp de răspuns',
    next_response: 'Timp până la răspunsul următor',
    update: 'Timp până la următoarele noutăți',
    workaround: 'Timp până la o soluție temporară',
    resolution: 'Timp de rezolvare',
  },
  unit: (n, unit) => plural(n, ...UNITS[unit]),
  andMore: (n) => `și încă ${n}`,

  priority: 'Prioritate',
  product: 'Produs',
  category: 'Categorie',
  plan: 'Pachet',
  owner: 'Responsabil',
  promise: 'Angajament',
  target: 'Limită',
  due: 'Termen',
  state: 'Stadiu',
  standing: (standing) => {
    switch (standing.is) {
      case 'running':
        return 'în curs';
      case 'breached':
        return '**depășit**';
      case 'paused':
        return 'în pauză';
      case 'met':
        return `respectat (${standing.at})`;
      case 'fixed':
        return `respectat, dacă se confirmă (${standing.at})`;
      case 'met_late':
        return `depășit cu ${standing.by} (${standing.at})`;
      case 'unanswered':
        return 'tichetul a fost închis înainte';
      case 'dropped':
        return 'nu se mai aplică';
    }
  },
  aroundTheClock: 'non-stop',
  whatNext: 'Ce urmează',
  next: (next) => {
    switch (next.is) {
      case 'answer':
        if (next.late)
          return next.calls
            ? 'Răspunsul întârzie; cei responsabili au fost anunțați. Cineva din echipă vă va răspunde aici.'
            : 'Răspunsul întârzie. Cineva din echipă vă va răspunde aici.';
        if (!next.due) return 'Cineva din echipă vă va răspunde aici.';
        return `Echipa vă va răspunde aici până **${next.due}**.${next.calls ? ' Dacă nu reușește, îi anunțăm pe cei responsabili.' : ''}`;
      case 'pick_up':
        return 'Echipa a răspuns. Urmează ca cineva să preia tichetul și veți vedea acest lucru aici.';
      case 'work':
        return `${next.who ? `${next.who} lucrează la asta` : 'Cineva din echipă lucrează la asta'}.${next.due ? ` Termen de rezolvare: **${next.due}**.` : ''}`;
      case 'confirm':
        return `Vă rugăm să încercați remedierea. Dacă funcționează, scrieți \`/confirm\` pe un rând separat; dacă nu, scrieți \`/still-broken\` și ce observați.${next.until ? ` Dacă nu primim un răspuns până **${next.until}**, tichetul se consideră rezolvat.` : ''}`;
      case 'confirm_stopped':
        return 'Vă mulțumim pentru răspuns. Tichetul nu se va închide de la sine: echipa citește comentariul și vă răspunde. Scrieți `/confirm` dacă remedierea funcționează sau `/still-broken` dacă nu.';
      case 'done':
        return 'Nimic, problema este rezolvată. Dacă reapare, scrieți `/still-broken` pe un rând separat și tichetul se redeschide.';
      case 'done_silence':
        return 'Nimic: remedierea a fost livrată și nu a obiectat nimeni, așa că tichetul se consideră rezolvat. Dacă nu este așa, scrieți `/still-broken` pe un rând separat.';
      case 'done_without_fix':
        return 'Nimic: tichetul a fost închis fără o remediere. Dacă nu sunteți de acord, explicați de ce într-un comentariu sau scrieți `/still-broken` pe un rând separat.';
      case 'done_duplicate':
        return `Nimic aici: problema a fost semnalată deja${next.of ? ` (sesizarea nr. ${next.of})` : ''} și este tratată acolo. Dacă nu sunteți de acord, explicați de ce într-un comentariu sau scrieți \`/still-broken\` pe un rând separat.`;
      case 'waiting':
        return `Echipa așteaptă un răspuns de la autorul tichetului${next.reason ? `: ${next.reason}` : ''}. După orice comentariu al autorului, lucrul se reia; până atunci, timpii marcați ca fiind în pauză nu curg.`;
      case 'hold':
        return `Tichetul este suspendat${next.reason ? `: ${next.reason}` : ''}. Timpii marcați ca fiind în pauză nu curg până când echipa reia lucrul.`;
      case 'lacking':
        return `Lipsesc informații obligatorii: ${next.fields}. Vă rugăm să le adăugați editând sesizarea sau să răspundeți într-un comentariu; până atunci, timpii marcați ca fiind în pauză nu curg.`;
      case 'withdrawn':
        return 'Această sesizare nu mai este tratată ca tichet de suport, așa că angajamentele nu se mai aplică.';
    }
  },
  note: ({ about, is, instead }) => {
    if (about === 'plan') return 'Pachetul indicat în formular nu se aplică de la sine. Echipa îl poate stabili.';
    if (about === 'priority')
      return is === 'blank'
        ? `În formular nu este indicată prioritatea, așa că am considerat-o ${instead}. Echipa o poate corecta.`
        : `Prioritatea din formular nu există aici, așa că am considerat-o ${instead}. Echipa o poate corecta.`;
    const [what, it] = { product: ['Produsul', 'îl'], category: ['Categoria', 'o'] }[about] as [string, string];
    return is === 'blank'
      ? `${what} nu este ${about === 'product' ? 'indicat' : 'indicată'} în formular. Echipa ${it} poate completa.`
      : `${what} din formular nu există aici. Echipa ${it} poate corecta.`;
  },
  timesIn: (zone) => `Orele sunt în fusul orar ${zone}.`,
  reconstructed:
    'Tichetul a fost deschis înainte ca acest serviciu să pornească; evenimentele anterioare au fost citite din istoricul lui.',
  reporterCommands: 'Puteți scrie `/confirm`, `/still-broken`, `/sla` sau `/help` pe un rând separat, într-un comentariu.',
  securityPublic: 'Această sesizare poate fi citită de oricine. Vă rugăm să nu adăugați aici detalii despre problemă.',
  rated: (stars) => `Autorul tichetului a acordat nota ${stars} din 5.`,
  handedOver: (from, to, at, notes) => `Predat de ${from}, preluat de ${to}, ${at}: ${notes}.`,
  notes: 'notițe',

  why: whyRo,

  pageSoon: (clock, due, percent) => `**${clock}**: a trecut ${percent}\u00a0% din timp, termen: **${due}**.`,
  pageBreach: (clock, due) => `**${clock}**: termenul a expirat **${due}**, iar angajamentul nu a fost îndeplinit.`,
  pageAfter: (clock, due, later) =>
    `**${clock}**: termenul a expirat **${due}**, iar angajamentul tot nu este îndeplinit; întârziere: ${later}.`,
  pageDue: (clock, due) => `**${clock}**: termen **${due}**.`,
  pageSince: (since) => `Timpul curge din ${since}.`,
  pageStagnant: (since) => `Din **${since}**, nimeni din echipă nu a mai scris și nu a mai făcut nimic aici.`,
  pageRepeat: (n, of) => `Reamintirea ${n} din ${of}.`,
  pageAsked: (who) => `Escaladat de ${who}.`,
  askRequired: (fields) =>
    `Lipsesc informații obligatorii: ${fields}. Vă rugăm să le adăugați editând sesizarea sau să răspundeți într-un comentariu. Până atunci, timpii care depind de ele nu curg.`,
  askHandOff: (to) =>
    to
      ? `Tura dumneavoastră s-a încheiat, acum este de serviciu ${to}. Tichetul este în continuare deschis și vă este atribuit: predați-l cu \`/handoff ${to} notes\` pe un rând separat sau păstrați-l cu \`/stay\`.`
      : 'Tura dumneavoastră s-a încheiat. Tichetul este în continuare deschis și vă este atribuit: predați-l cu `/handoff who notes` pe un rând separat sau păstrați-l cu `/stay`.',
  pageLate: (at) => `Acest anunț trebuia să apară ${at} și vine târziu.`,
  pageSkipped: 'Persoanele numite pentru acest pas nu pot fi anunțate aici, așa că au fost anunțate următoarele.',
  pageNames: (team) => `Echipa ${team} nu a putut fi anunțată ca echipă, așa că sunt anunțați membrii ei:`,
  confirmSoon: (until) =>
    `Am oferit o rezolvare și nu am primit un răspuns de la dumneavoastră. Fără un răspuns, tichetul se consideră rezolvat la **${until}**. Scrieți pe un rând separat \`/confirm\` dacă funcționează sau \`/still-broken\` și ce vedeți dacă nu funcționează.`,
  pageHow: 'Vă rugăm să răspundeți într-un comentariu sau să scrieți `/take` pe un rând separat ca să preluați tichetul.',

  refused: (command, why, hint) => {
    switch (why) {
      case 'responders_only':
        return COMMON_COMMANDS.has(command)
          ? `Comanda \`/${command}\` este pentru autorul tichetului și pentru echipa care răspunde aici.`
          : `Comanda \`/${command}\` este pentru echipa care răspunde aici.`;
      case 'reporter_only':
        return `Comanda \`/${command}\` este pentru autorul tichetului.`;
      case 'needs_one':
        return `După \`/${command}\` trebuie scris un nume${hint ? `, unul dintre acestea: ${hint}` : ', dar regulile de aici nu definesc niciunul'}.`;
      case 'unknown_one':
        return `\`/${command}\`: nu există nimic cu acest nume.${hint ? ` Există: ${hint}.` : ' Regulile de aici nu definesc nimic de acest fel.'}`;
      case 'needs_text':
        return `După \`/${command}\` trebuie scris un text, pe același rând sau mai jos: pe acesta îl citește autorul tichetului.`;
      case 'needs_reason':
        return `După \`/${command}\` trebuie scris un motiv.`;
      case 'needs_notes':
        return `La \`/${command}\`, după nume trebuie scrise notițe, ca persoana care preia tichetul să știe în ce stadiu este.`;
      case 'needs_person':
        return `După \`/${command}\` trebuie indicată o persoană, de exemplu \`ann\`.`;
      case 'unknown_person':
        return `\`/${command}\`: acestei persoane nu i se poate atribui nimic aici. Verificați numele și dacă persoana are acces la acest repository.`;
      case 'needs_issue':
        return `După \`/${command}\` trebuie scris numărul altei sesizări din acest repository, de exemplu \`12\`.`;
      case 'needs_number':
        return `După \`/${command}\` trebuie scris numărul unui pas, de exemplu \`2\`.`;
      case 'needs_rating':
        return `După \`/${command}\` trebuie scris un număr de la 1 la 5.`;
      case 'no_runbook':
        return `\`/${command}\`: nu a fost găsită nicio procedură. Categoria o indică prin \`runbook\`, iar fișierul trebuie să se afle în acest repository.`;
      case 'not_paused':
        return `\`/${command}\`: tichetul nu așteaptă pe nimeni și nici nu este suspendat.`;
      case 'not_closed':
        return `\`/${command}\`: tichetul este deschis. Dacă remedierea nu funcționează, scrieți \`/still-broken\`.`;
      case 'not_fixed_yet':
        return `Comanda \`/${command}\` poate fi folosită abia după ce a fost livrată o remediere.`;
      case 'needs_day':
        return `\`/${command}\`: după comandă poate sta doar o dată, de exemplu \`2026-12-01\` sau \`2026-12-01 10:00\`.`;
      case 'not_fixed':
        return `\`/${command}\`: încă nu a fost livrată o remediere, deci nu este nimic de retras. Tichetul este în continuare deschis, iar angajamentele rămân valabile.`;
      case 'already_resolved':
        return `\`/${command}\`: tichetul este deja rezolvat. Dacă problema a reapărut, scrieți \`/still-broken\`.`;
      case 'not_yet':
        return `Comanda \`/${command}\` nu este încă disponibilă în această versiune.`;
      case 'in_code':
        return `Comanda \`/${command}\` se află în cod sau într-un citat și nu a fost executată. Comenzile se scriu pe un rând separat, în afara codului și a citatelor.`;
    }
  },
  helpIntro: 'Comenzile se scriu într-un comentariu, fiecare pe un rând separat.',
  help: {
    confirm: 'remedierea funcționează; problema este rezolvată',
    'still-broken': 'remedierea nu funcționează sau problema a reapărut; spuneți ce observați',
    reopen: 'redeschide tichetul',
    rate: 'acordă o notă ajutorului primit',
    sla: 'arată stadiul fiecărui angajament; cu `why`, și cum s-a ajuns la fiecare termen',
    help: 'arată această listă',
    ack: 'confirmă că tichetul a fost văzut',
    take: 'preia tichetul',
    assign: 'atribuie tichetul unei persoane',
    handoff: 'predă tichetul altcuiva, împreună cu notițe',
    stay: 'păstrează tichetul, deși tura s-a încheiat',
    priority: 'stabilește prioritatea',
    product: 'stabilește produsul',
    category: 'stabilește categoria',
    plan: 'stabilește pachetul cumpărat',
    wait: 'așteaptă răspunsul autorului; după orice comentariu al lui, lucrul se reia',
    hold: 'suspendă tichetul cât timp se așteaptă pe altcineva; spuneți de ce',
    resume: 'reia lucrul după așteptare sau suspendare',
    workaround: 'descrie o soluție temporară până la remediere',
    fixed: 'remedierea a fost livrată; cere confirmarea autorului',
    close: 'închide tichetul ca finalizat',
    duplicate: 'închide tichetul ca duplicat al altei sesizări',
    escalate: 'anunță imediat următoarele persoane la rând',
    runbook: 'arată pașii procedurii ca listă de bifat',
    done: 'bifează un pas al procedurii',
  },
  handsOver: (from) => `${from} vă predă acest tichet.`,
  stays: (who, until) => `${who} păstrează acest tichet și după încheierea turei${until ? `, până ${until}` : ''}.`,
  runbook: (name) => `Procedură: ${name}`,
  runbookHow: 'Bifați pașii aici sau scrieți `/done` și numărul pasului pe un rând separat, într-un comentariu.',
  helpReporter: 'Pentru autorul tichetului',
  helpResponder: 'Pentru echipa care răspunde aici',

  labelOf: (what, name) => {
    const kind = {
      priority: 'Prioritate',
      product: 'Produs',
      category: 'Categorie',
      marker: 'Stadiul tichetului',
      flag: 'Marcaj al tichetului',
    }[what];
    return `${kind}: ${name}`;
  },

  checkGood: ({ priorities, clocks, preset, fastest }) =>
    `${plural(clocks, 'tip', 'tipuri')} de angajamente pentru ${plural(priorities, 'prioritate', 'priorități')}, pe baza ${preset}. Cel mai urgent: ${fastest}.`,
  checkNotYet: (names) => `Citit, dar încă nu se aplică în această versiune: ${names}.`,
  checkBad: (n) => `${plural(n, 'problemă', 'probleme')} în support.yml; această versiune a fișierului nu se aplică.`,
  checkLastGood: (since) => `Rămân valabile ultimele reguli corecte, din ${since}.`,
  checkElsewhere: 'Unele probleme nu sunt în acest fișier, ci în cel pe care se bazează.',
  checkUnheard: (steps) =>
    `La acești pași nu a fost anunțat nimeni, fiindcă persoanele numite nu pot fi anunțate aici: ${steps}. Adăugați persoane la roles, owners sau default_owners.`,
  checkMuted: (issues) =>
    `GitHub a refuzat comentariile care trebuiau să anunțe persoane în aceste tichete: ${issues}. Verificați dacă nu au prea multe comentarii, dacă nu sunt blocate și dacă aplicația poate scrie acolo. Sistemul încearcă în continuare.`,
  checkYielded: (labels) => `Un bot schimbă mereu aceste etichete, așa că rămân cum le-a lăsat el: ${labels}.`,
  checkNeverGood: 'Încă nu se aplică nicio regulă: până când fișierul este corect, sistemul nu face nimic altceva.',

  crowdTitle: (n) => `${plural(n, 'tichet', 'tichete')} ${n === 1 ? 'a' : 'au'} ajuns la termen deodată: anunțăm persoanele responsabile?`,
  crowdIntro: (n) =>
    `Din cauza unei singure schimbări, nu a trecerii timpului, ${plural(n, 'tichet', 'tichete')} ${n === 1 ? 'a' : 'au'} ajuns la termen deodată, așa că nu am anunțat pe nimeni. Lista tichetelor:`,
  crowdGo:
    'Dacă anunțurile trebuie trimise, cineva din echipă scrie aici `/go` pe un rând separat. Dacă această sesizare se închide fără această comandă, se renunță la anunțuri.',
  crowdGone: 'Mulțumim: persoanele sunt anunțate acum.',
};
