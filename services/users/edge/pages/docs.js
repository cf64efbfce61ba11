// Draws openapi.json and asyncapi.json. Text from them only ever becomes text nodes.

const [http, socket] = await Promise.all(
    ['/openapi.json', '/asyncapi.json'].map(async (url) => (await fetch(url)).json()));

// --- building blocks ---

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, '');
    else if (value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

/** `code` and **strong** within a line. */
function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (part.startsWith('`')) return el('code', {}, part.slice(1, -1));
    if (part.startsWith('**')) return el('strong', {}, part.slice(2, -2));
    return part;
  });
}

function table(lines) {
  const rows = lines.map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
  const [head, , ...body] = rows;
  const row = (cells, tag) => el('tr', {}, cells.map((cell) => el(tag, {}, inline(cell))));
  return el('table', {}, el('thead', {}, row(head, 'th')), el('tbody', {}, body.map((cells) => row(cells, 'td'))));
}

/** The little of Markdown that the documents use: paragraphs, lists, tables. */
function prose(text = '') {
  return text.split(/\n\n+/).map((block) => {
    const lines = block.split('\n');
    if (lines[0].startsWith('|')) return table(lines);
    const items = block.split(/^- /m);
    if (items.length === 1) return el('p', {}, inline(block.replaceAll('\n', ' ')));
    const before = items.shift().trim();
    const list = el('ul', {}, items.map((item) => el('li', {}, inline(item.trim().replaceAll('\n', ' ')))));
    return before ? [el('p', {}, inline(before)), list] : list;
  }).flat();
}

const at = (document, reference) =>
  reference.slice(2).split('/').reduce((node, key) => node[key.replaceAll('~1', '/')], document);
const resolved = (document, node) => (node.$ref ? at(document, node.$ref) : node);

// --- schemas ---

const nameOf = (reference) => reference.split('/').at(-1);

function typeOf(document, schema) {
  if (schema.$ref) {
    const target = at(document, schema.$ref);
    return target.enum ? 'one of' : nameOf(schema.$ref);
  }
  if (schema.type === 'array') return `list of ${typeOf(document, schema.items)}`;
  if (schema.type === 'object' && schema.additionalProperties) return 'map';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const range = rangeOf(schema);
  return [schema.format ?? schema.type ?? 'anything', range].filter(Boolean).join(', ');
}

function rangeOf(schema) {
  const between = (low, high, unit = '') => {
    if (low === undefined && high === undefined) return '';
    if (low === high) return `${low}${unit}`;
    return `${low ?? ''} to ${high ?? ''}${unit}`;
  };
  return [
    between(schema.minimum, schema.maximum),
    between(schema.minLength, schema.maxLength, ' characters'),
    between(schema.minItems, schema.maxItems, ' entries'),
    schema.pattern && `pattern ${schema.pattern}`,
  ].filter(Boolean).join(', ');
}

/** The struct that can be looked into behind a member: its own, or that of the list's entries. */
function structOf(document, schema) {
  const target = resolved(document, schema);
  if (target.type === 'array') return structOf(document, target.items);
  return target.properties ? target : undefined;
}

function member(document, name, schema, required, depth) {
  const target = resolved(document, schema);
  const inner = structOf(document, schema);
  const description = schema.description ?? (schema.$ref ? target.description?.split('\n')[0] : '');
  return el('li', {},
    el('span', {class: 'name'}, name),
    el('span', {class: 'type'}, typeOf(document, schema)),
    required && el('span', {class: 'need'}, 'required'),
    target.enum && el('div', {class: 'values'}, target.enum.flatMap((value, i) => [i ? ' · ' : '', el('code', {}, value)])),
    description && el('div', {class: 'what'}, prose(description)),
    inner && Object.keys(inner.properties).length > 0 && nested(document, inner, depth));
}

/** Filled when it is opened: schemas may be deep. */
function nested(document, schema, depth) {
  const details = el('details', {class: 'inner'}, el('summary', {}, `${Object.keys(schema.properties).length} members`));
  details.addEventListener('toggle', () => {
    if (details.childElementCount === 1) details.append(members(document, schema, depth + 1));
  });
  return details;
}

function members(document, schema, depth = 0) {
  const target = resolved(document, schema);
  const required = new Set(target.required ?? []);
  return el('ul', {class: 'members'}, Object.entries(target.properties ?? {}).map(
      ([name, inner]) => member(document, name, inner, required.has(name), depth)));
}

const isEmpty = (document, schema) => Object.keys(resolved(document, schema).properties ?? {}).length === 0;

// --- examples ---

function coloured(json) {
  const parts = json.split(/("(?:[^"\\]|\\.)*"(?:\s*:)?|-?\b\d[\d.eE+-]*\b|\b(?:true|false|null)\b)/);
  return parts.map((part) => {
    if (/^".*":$/s.test(part)) return el('span', {class: 'k'}, part);
    if (part.startsWith('"')) return el('span', {class: 's'}, part);
    if (/^(-?\d|true|false|null)/.test(part)) return el('span', {class: 'n'}, part);
    return part;
  });
}

function example(text, isJson) {
  const button = el('button', {class: 'copy', type: 'button'}, 'Copy');
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(button.previousElementSibling);
      button.textContent = 'Selected';
    }
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  });
  return el('figure', {}, el('pre', {tabindex: '0'}, el('code', {}, isJson ? coloured(text) : text)), button);
}

const jsonExample = (value) => example(JSON.stringify(value, null, 2), true);

function curl(operation) {
  const {path, method, parameters, body} = operation;
  const value = (kind) => parameters.filter((each) => each.in === kind && each.example !== undefined);
  const filled = value('path').reduce((text, each) => text.replace(`{${each.name}}`, each.example), path);
  const query = value('query').filter((each) => each.required).map((each) => `${each.name}=${each.example}`).join('&');
  const base = operation.servers ? operation.servers[0].url : location.origin;
  const lines = [`curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}'${base}${filled}${query ? `?${query}` : ''}'`];
  if (operation.security.length) lines.push(`-H "Authorization: Bearer $${operation.role === 'staff' ? 'API_KEY' : 'TOKEN'}"`);
  if (parameters.some((each) => each.name === 'Idempotency-Key')) lines.push('-H "Idempotency-Key: $(uuidgen)"');
  if (body) lines.push("-H 'Content-Type: application/json'", `-d '${JSON.stringify(body.example).replaceAll("'", "'\\''")}'`);
  return lines.join(' \\\n  ');
}

// --- what the documents hold ---

function allOperations() {
  return Object.entries(http.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({
    ...operation, path, method,
    id: operation.operationId,
    role: operation['x-role'],
    frame: operation['x-frame'],
    parameters: (operation.parameters ?? []).map((each) => resolved(http, each)),
    body: operation.requestBody?.content['application/json'],
  })));
}

const allFrames = () => Object.entries(socket.channels.socket.messages).map(([key, message]) => ({
  ...message, id: `frame-${key}`, direction: key.startsWith('in_') ? 'in' : 'out',
}));

const channels = (test) => Object.entries(socket.channels).filter(([key]) => test(key)).map(([key, channel]) => ({
  ...channel, id: `channel-${key}`, message: Object.values(channel.messages)[0],
}));

function allErrors() {
  return Object.entries(http.components.examples).map(([code, each]) => ({
    code, status: each.value.status, title: each.summary,
  })).sort((a, b) => a.status - b.status);
}

const titles = Object.fromEntries(allErrors().map((each) => [each.code, each.title]));

// --- cards ---

const badge = (text, kind = '') => el('span', {class: `tag ${kind}`}, text);
const roles = {anyone: 'no token', user: 'passenger or driver', driver: 'driver', staff: 'API key'};

const highlightedPath = (path) =>
  el('span', {class: 'path'}, path.split(/(\{[^}]+\})/).map((part) => (part.startsWith('{') ? el('b', {}, part) : part)));

function card(id, title, line, told, shown, words) {
  return el('article', {id, 'data-words': words.toLowerCase()},
    el('header', {}, el('h3', {}, el('a', {href: `#${id}`}, title)), el('div', {class: 'line'}, line)),
    el('div', {class: 'columns'}, el('div', {class: 'told'}, told), el('div', {class: 'shown'}, shown)));
}

function parametersOf(operation) {
  const shown = operation.parameters.filter((each) => !['If-None-Match', 'Idempotency-Key'].includes(each.name));
  if (!shown.length) return [];
  return [el('h4', {}, 'Parameters'), el('ul', {class: 'members'}, shown.map((each) => {
    const item = member(http, each.name, {description: each.description, ...each.schema}, each.required, 0);
    item.children[0].after(el('span', {class: 'type'}, `in ${each.in}`));
    return item;
  }))];
}

function errorsOf(operation) {
  const own = [];
  const common = [];
  for (const [status, response] of Object.entries(operation.responses)) {
    const content = resolved(http, response).content?.['application/problem+json'];
    for (const code of Object.keys(content?.examples ?? {})) {
      const item = el('li', {}, el('span', {class: 'status'}, status), el('div', {}, el('code', {}, code), el('span', {}, ` ${titles[code]}`)));
      (commonCodes.has(code) ? common : own).push(item);
    }
  }
  if (!own.length && !common.length) return [];
  return [el('h4', {}, 'Errors'), own.length > 0 && el('ul', {class: 'errors'}, own),
    el('details', {class: 'common'}, el('summary', {}, `${common.length} that many operations share`), el('ul', {class: 'errors'}, common))];
}

const commonCodes = new Set(Object.keys(http.components.responses).flatMap(
    (name) => Object.keys(http.components.responses[name].content?.['application/problem+json']?.examples ?? {})));

function operationCard(operation) {
  const [status, success] = Object.entries(operation.responses)[0];
  const answer = success.content?.['application/json'];
  const answerTarget = answer?.schema && resolved(http, answer.schema);
  const told = [
    parametersOf(operation),
    operation.body && [el('h4', {}, 'Request'), members(http, operation.body.schema)],
    answer?.schema && !isEmpty(http, answer.schema) && [
      el('h4', {}, 'Answer', el('span', {class: 'status'}, status)),
      answerTarget.description && el('div', {class: 'what'}, prose(answerTarget.description)),
      members(http, answer.schema)],
    errorsOf(operation),
  ].flat();
  const shown = [
    el('h4', {}, 'Call'), example(curl(operation), false),
    el('h4', {}, 'Answer', el('span', {class: 'status'}, status)),
    answer?.example !== undefined ? jsonExample(answer.example) : el('p', {class: 'what'}, success.description),
  ];
  const line = [
    el('span', {class: `method ${operation.method}`}, operation.method), highlightedPath(operation.path),
    badge(roles[operation.role], operation.role),
    operation.role === 'staff' && badge(operation.security[0].api_key[0]),
    operation.frame && badge(`frame ${operation.frame}`),
  ];
  const words = [operation.id, operation.summary, operation.path, operation.frame ?? '', ...Object.values(operation.responses).flatMap(
      (each) => Object.keys(resolved(http, each).content?.['application/problem+json']?.examples ?? {}).filter((code) => !commonCodes.has(code)))].join(' ');
  return card(operation.id, operation.summary, line, told, shown, words);
}

function messageCard(id, title, line, message, words) {
  const data = message.payload.properties?.data ?? message.payload;
  const told = isEmpty(socket, data) ? [el('p', {class: 'what'}, 'No content.')] :
    [resolved(socket, data).description && el('div', {class: 'what'}, prose(resolved(socket, data).description)),
      el('h4', {}, message.payload.properties ? 'Data' : 'Payload'), members(socket, data)];
  return card(id, title, line, told, [el('h4', {}, 'Example'), jsonExample(message.examples[0].payload)], words);
}

const frameCard = (frame) => messageCard(frame.id, frame.summary, [
  el('span', {class: `method ${frame.direction}`}, frame.direction), el('span', {class: 'path'}, frame.name),
  frame.payload.properties.n && badge('numbered'), frame['x-answer'] && badge(`ack: ${frame['x-answer']}`),
], frame, `${frame.name} ${frame.summary}`);

const channelCard = (channel) => messageCard(channel.id, channel.message.name, [
  highlightedPath(channel.address), badge(channel.description)], channel.message, `${channel.address} ${channel.message.name}`);

function errorCard() {
  return el('article', {id: 'error-codes', 'data-words': Object.keys(titles).join(' ')},
    el('div', {class: 'told'}, el('h4', {}, 'Body'), members(http, {$ref: '#/components/schemas/Problem'}),
      el('h4', {}, 'Codes'), el('ul', {class: 'errors'}, allErrors().map((each) => el('li', {id: `error-${each.code}`},
        el('span', {class: 'status'}, String(each.status)), el('div', {}, el('code', {}, each.code), el('span', {}, ` ${each.title}`)))))));
}

// --- the page ---

const operations = allOperations();
const of = (tag) => operations.filter((each) => each.tags[0] === tag && each.role !== 'staff');
const operationLink = (each) => ({id: each.id, label: each.path.replace(/^\/(admin\/)?v1/, ''), mark: each.method === 'delete' ? 'del' : each.method, kind: each.method});
const operationGroup = (title, about, list) => ({title, about, cards: list.map(operationCard), links: list.map(operationLink)});

const frames = allFrames();
const events = channels((key) => key.startsWith('event_'));
const signals = channels((key) => key.startsWith('signal_') || key === 'dead_letters');
const tagged = Object.fromEntries(http.tags.map((tag) => [tag.name, tag.description]));

const groups = [
  operationGroup('Users', tagged.users, of('users')),
  operationGroup('Match', tagged.match, of('match')),
  operationGroup('Rides', tagged.rides, of('rides')),
  {title: 'WebSocket', prose: socket.channels.socket.description, cards: frames.map(frameCard),
    links: frames.map((each) => ({id: each.id, label: each.name, mark: each.direction, kind: each.direction === 'in' ? 'post' : 'get'}))},
  operationGroup('Operators', 'On the admin port, with an API key that has the scope', operations.filter((each) => each.role === 'staff')),
  {title: 'Errors', about: 'Every refusal has one of these codes', cards: [errorCard()], links: [{id: 'error-codes', label: 'All codes'}]},
  {title: 'Events', about: 'Between services: what must not be lost', prose: socket.info.description, cards: events.map(channelCard),
    links: events.map((each) => ({id: each.id, label: each.message.name}))},
  {title: 'Signals', about: 'Between services: what the next one replaces', cards: signals.map(channelCard),
    links: signals.map((each) => ({id: each.id, label: each.message.name}))},
  operationGroup('Documents', tagged.documents, of('documents')),
];

/** A path may go on in the next line behind a slash or a dot. */
const breakable = (text) => text.split(/(?<=[/.])/).flatMap((part, i) => (i ? [el('wbr'), part] : [part]));

const main = document.querySelector('main');
const contents = document.querySelector('#contents');
const nothing = el('p', {class: 'nothing', hidden: true}, 'Nothing here has these words.');
const introduction = el('div', {class: 'prose introduction'}, el('h1', {}, `${http.info.title} API`), el('p', {class: 'lead'}, http.info.summary), prose(http.info.description));
main.replaceChildren(introduction, nothing);

for (const group of groups) {
  if (!group.cards.length) continue;
  const id = `group-${group.title.toLowerCase()}`;
  group.section = el('section', {id}, el('h2', {}, group.title), group.about && el('p', {class: 'about'}, group.about),
    group.prose && el('div', {class: 'prose'}, prose(group.prose)), group.cards);
  group.heading = el('h2', {}, group.title);
  group.anchors = group.links.map((link) => el('a', {href: `#${link.id}`}, link.mark && el('span', {class: `method ${link.kind}`}, link.mark), el('span', {}, breakable(link.label))));
  main.append(group.section);
  contents.append(group.heading, ...group.anchors);
}

// --- finding one's way ---

const search = document.querySelector('#search');
const menu = document.querySelector('.menu');

function showMenu(open) {
  contents.classList.toggle('open', open);
  menu.setAttribute('aria-expanded', String(open));
}

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const group of groups.filter((each) => each.section)) {
    let inGroup = 0;
    group.cards.forEach((each, i) => {
      const fits = words.every((word) => each.dataset.words.includes(word));
      each.hidden = !fits;
      if (group.anchors[i]) group.anchors[i].hidden = !fits;
      inGroup += fits;
    });
    group.section.hidden = group.heading.hidden = inGroup === 0;
    found += inGroup;
  }
  main.classList.toggle('searching', words.length > 0);
  nothing.hidden = found > 0;
}

search.addEventListener('input', () => { filter(); scrollTo(0, 0); });
menu.addEventListener('click', () => showMenu(!contents.classList.contains('open')));
contents.addEventListener('click', (event) => { if (event.target.closest('a')) showMenu(false); });
addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== search) { event.preventDefault(); search.focus(); }
  if (event.key === 'Escape') { search.value = ''; filter(); showMenu(false); }
});

const anchorOf = new Map(groups.flatMap((group) => (group.anchors ?? []).map((anchor) => [anchor.hash.slice(1), anchor])));
const inSight = new IntersectionObserver((entries) => {
  for (const {target, isIntersecting} of entries) {
    if (!isIntersecting) continue;
    contents.querySelector('.here')?.classList.remove('here');
    anchorOf.get(target.id)?.classList.add('here');
  }
}, {rootMargin: '-15% 0px -75% 0px'});
for (const article of main.querySelectorAll('article')) inSight.observe(article);

search.value = new URLSearchParams(location.search).get('q') ?? '';
filter();
if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
