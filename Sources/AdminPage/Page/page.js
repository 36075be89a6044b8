// The admin page of Weft: views over the JSON API of this address (docs/admin-api.md). No framework, no build step.
'use strict'

// ---- The page's own small tools

const svgTags = new Set(['svg', 'path', 'line', 'rect', 'text', 'g', 'title', 'circle'])

// Makes an element. Members of `attributes` that are null or false are left out; text is never taken for markup.
function h(tag, attributes, ...children) {
  const isSVG = svgTags.has(tag) && !(tag === 'title' && attributes === undefined)
  const element = isSVG ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag)
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue
    element.setAttribute(name, value === true ? '' : value)
  }
  for (const child of children.flat(3)) {
    if (child === null || child === undefined || child === false) continue
    element.append(child instanceof Node ? child : String(child))
  }
  return element
}

// A link within a drawing, whose namespace `a` does not tell.
function svgLink(href, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', 'a')
  element.setAttribute('href', href)
  element.append(...children)
  return element
}

// Makes `old` say what `fresh` does and leaves the rest as it is: what has the focus, is open or is typed in stays so.
function patch(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || keyOf(old) !== keyOf(fresh)) {
    old.replaceWith(fresh)
    return
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data
    return
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !(name === 'open' && old.nodeName === 'DETAILS')) old.removeAttribute(name)
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value)
  }
  if (old.hasAttribute('data-kept')) return
  const before = [...old.childNodes]
  const after = [...fresh.childNodes]
  before.slice(after.length).forEach((node) => node.remove())
  after.forEach((node, index) => (before[index] ? patch(before[index], node) : old.append(node)))
}

function keyOf(node) {
  return node.nodeType === Node.ELEMENT_NODE ? node.getAttribute('data-key') : null
}

function say(text) {
  const place = document.getElementById('said')
  place.textContent = text
  clearTimeout(say.timer)
  say.timer = setTimeout(() => (place.textContent = ''), 5000)
}

// ---- Words and figures

function time(ms) {
  if (ms === null || ms === undefined) return '–'
  if (ms < 1) return ms === 0 ? '0 ms' : '<1 ms'
  if (ms < 1000) return `${Math.round(ms)} ms`
  return `${(ms / 1000).toFixed(ms < 10000 ? 1 : 0)} s`
}

function percent(share) {
  if (share === null || share === undefined) return '–'
  if (share > 0 && share < 0.001) return '<0.1 %'
  const text = share < 0.1 && share > 0 ? (share * 100).toFixed(1) : Math.round(share * 100)
  return `${text} %`
}

function rate(perSecond) {
  if (!perSecond) return '0'
  return perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString('en')
}

function bytes(count) {
  if (count < 1024) return `${count} B`
  const units = ['KiB', 'MiB', 'GiB']
  let value = count
  let unit = -1
  do {
    value /= 1024
    unit += 1
  } while (value >= 1024 && unit < units.length - 1)
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`
}

function clock(iso) {
  return new Date(iso).toLocaleTimeString('en-GB')
}

function since(ms) {
  const seconds = Math.floor(ms / 1000)
  const parts = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']]
  const at = parts.findIndex(([length]) => seconds >= length)
  if (at < 0) return '0 s'
  const [length, unit] = parts[at]
  const next = parts[at + 1]
  const rest = next && Math.floor((seconds % length) / next[0])
  return `${Math.floor(seconds / length)} ${unit}${rest ? ` ${rest} ${next[1]}` : ''}`
}

const outcomeWords = {
  timeout: 'no answer in time', status: 'a status that is not accepted', connect: 'no connection',
  invalid: 'a broken answer', 'circuit-open': 'not asked: its breaker is open', queue: 'no place came free',
  items: 'some items failed', expression: 'an expression failed', 'invalid-request': 'its request could not be made',
  cancelled: 'given up', skipped: 'not wanted', absent: 'not there, which is fine', ok: 'answered',
}

const resultWords = {
  answered: 'answered', partial: 'partial', failed: 'failed', refused: 'refused', 'cut-off': 'cut off',
  'client-left': 'client left',
}

const href = (...parts) => `#/${parts.map(encodeURIComponent).join('/')}`

// ---- The API

const tokenName = 'weft-admin-token'
let needsToken = false

async function ask(path, { method = 'GET', body, signal, accept = 'application/json' } = {}) {
  const headers = { Accept: accept, 'X-Weft-Admin': '1' }
  const token = sessionStorage.getItem(tokenName)
  if (token) headers.Authorization = `Bearer ${token}`
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  const response = await fetch(path, {
    method, headers, signal, cache: 'no-store', credentials: 'omit',
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  if (response.status === 401) {
    if (!needsToken) {
      needsToken = true
      showToken()
    }
    throw new Error('the token is missing or wrong')
  }
  return response
}

async function get(path) {
  const response = await ask(path)
  const answer = await response.json().catch(() => ({}))
  if (!response.ok) throw new Error(answer.detail || `the answer was ${response.status}`)
  return answer
}

async function post(path, body = {}) {
  const response = await ask(path, { method: 'POST', body })
  const answer = await response.json().catch(() => ({}))
  if (!response.ok && response.status !== 422) throw new Error(answer.detail || `the answer was ${response.status}`)
  return { ok: response.ok, answer }
}

// ---- What is live

let overview = null
let beats = 0

// Takes figures of an event: the first has all steps, those after it the last few.
function take(figures) {
  const former = overview
  if (former && figures.series.requests.length < former.series.requests.length) {
    const whole = former.series.requests.length
    const news = Math.min(figures.lastStep - former.lastStep, whole)
    for (const [name, fresh] of Object.entries(figures.series)) {
      const list = former.series[name].concat(Array(Math.max(0, news)).fill(0)).slice(-whole)
      list.splice(whole - fresh.length, fresh.length, ...fresh)
      figures.series[name] = list
    }
  }
  overview = figures
  beats += 1
  showState('live')
  if (!needsToken && !document.hidden) refresh()
}

// The stream ends while nobody looks: a browser has few connections to one address.
async function listen() {
  for (let pause = 1; ; pause = Math.min(pause * 2, 10)) {
    if (document.hidden) await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }))
    const stop = new AbortController()
    const leave = () => document.hidden && stop.abort()
    document.addEventListener('visibilitychange', leave)
    try {
      const response = await ask('api/events', { accept: 'text/event-stream', signal: stop.signal })
      if (!response.ok) throw new Error(`the answer was ${response.status}`)
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      let text = ''
      for (;;) {
        const { value, done } = await reader.read()
        if (done) break
        pause = 1
        const events = (text + value).split('\n\n')
        text = events.pop()
        for (const event of events) {
          const data = event.split('\n').filter((line) => line.startsWith('data: ')).map((line) => line.slice(6))
          if (data.length) take(JSON.parse(data.join('\n')))
        }
      }
    } catch {
      // Told of by the state; asked again below.
    } finally {
      document.removeEventListener('visibilitychange', leave)
      stop.abort()
    }
    if (document.hidden) continue
    showState('lost')
    if (needsToken) await new Promise((resolve) => (listen.resume = resolve))
    await new Promise((resolve) => setTimeout(resolve, pause * 1000))
  }
}

function showState(kind) {
  const place = document.getElementById('state')
  const words = kind === 'live' ? (overview.state === 'draining' ? 'draining' : 'live') : 'no connection'
  if (place.textContent !== words) place.textContent = words
  place.className = `state ${kind}`
  place.title = kind === 'live' ? `serving ${overview.fingerprint} for ${since(overview.uptime)}` : ''
}

// ---- Charts

const steps = 180

// A line through what is known; where nothing is for longer than a minute, there is a gap.
function linePath(values, top) {
  const longestGap = 12
  let path = ''
  let last = -Infinity
  values.forEach((value, index) => {
    if (value === null || value === undefined) return
    const isNew = index - last > longestGap
    path += `${isNew ? 'M' : 'L'}${index} ${(72 - (72 * Math.min(value, top)) / top).toFixed(1)}${isNew ? 'h0.01' : ''}`
    last = index
  })
  return path
}

function chart(title, figure, legend, lines, { top, area, words, read }) {
  const highest = top || Math.max(1e-9, ...lines.flatMap(([values]) => values.filter((value) => value !== null)))
  const drawn = lines.filter(([values]) => values.some((value) => value))
    .map(([values, style]) => h('path', { class: `line ${style}`, d: linePath(values, highest) }))
  if (area) {
    const under = `${linePath(lines[0][0].map((value) => value || 0), highest)}L${steps - 1} 72L0 72Z`
    drawn.unshift(h('path', { class: 'area', d: under }))
  }
  return h('section', { class: 'card chart', 'data-chart': title },
    h('h2', {}, title),
    h('p', { class: 'figure' }, figure),
    h('p', { class: 'legend', 'data-read': read ? JSON.stringify(read) : null }, legend),
    h('svg', { viewBox: `0 0 ${steps - 1} 72`, preserveAspectRatio: 'none', role: 'img', 'aria-label': words },
      h('line', { class: 'base', x1: 0, x2: steps - 1, y1: 72, y2: 72 }), drawn))
}

function shares(parts, wholes) {
  return parts.map((part, index) => (wholes[index] ? part / wholes[index] : null))
}

// Where a pointer is over a chart, its legend says what was then.
function point(event) {
  const drawing = event.target.closest && event.target.closest('.chart svg')
  for (const legend of document.querySelectorAll('.legend[data-was]')) {
    if (!drawing || !drawing.parentNode.contains(legend)) {
      legend.textContent = legend.dataset.was
      legend.removeAttribute('data-was')
    }
  }
  if (!drawing || !overview) return
  const bounds = drawing.getBoundingClientRect()
  const index = Math.round(((event.clientX - bounds.left) / bounds.width) * (steps - 1))
  if (index < 0 || index >= steps) return
  const legend = drawing.parentNode.querySelector('.legend')
  const at = new Date(new Date(overview.time).getTime() - (steps - 1 - index) * overview.step * 1000)
  const text = chartReadings[drawing.parentNode.dataset.chart](overview.series, index)
  if (!legend.dataset.was) legend.setAttribute('data-was', legend.textContent)
  legend.textContent = `${at.toLocaleTimeString('en-GB')}  ${text}`
}

const chartReadings = {
  'Requests': (series, at) => `${rate(series.requests[at] / overview.step)} per second`,
  'Errors and partial answers': (series, at) => series.requests[at]
    ? `${percent(series.errors[at] / series.requests[at])} errors, ${percent(series.partial[at] / series.requests[at])} partial`
    : 'no requests',
  'Time': (series, at) => `p50 ${time(series.p50[at])}, p95 ${time(series.p95[at])}, p99 ${time(series.p99[at])}`,
  'Cache': (series, at) => series.cacheAsked[at]
    ? `${percent(series.cacheHits[at] / series.cacheAsked[at])} hits` : 'not asked',
}

// ---- Views: each gives what it asks for, and draws it

const views = {
  overview: {
    title: 'Overview',
    load: async () => ({
      overview: overview || (await get('api/overview')), routes: await get('api/routes'),
    }),
    draw: ({ overview: figures, routes }) => [
      h('h1', {}, headline(figures)),
      wrongList(figures.wrong),
      h('div', { class: 'charts' }, charts(figures)),
      h('h2', {}, 'Slowest routes, last minute'),
      routeTable(routes.routes.filter((route) => route.requestsPerSecond).sort((a, b) => (b.p95 || 0) - (a.p95 || 0)).slice(0, 8)),
      h('p', { class: 'small quiet foot' },
        `${figures.routes} routes, ${figures.requestsInFlight} requests under way, ${figures.connections} connections, `
        + `up for ${since(figures.uptime)}`),
    ],
  },
  routes: {
    title: 'Routes',
    load: async (name) => name
      ? {
        name, whole: await get(`api/routes?name=${encodeURIComponent(name)}`),
        requests: await get(`api/requests?limit=20&route=${encodeURIComponent(name)}`),
      }
      : { list: await get('api/routes') },
    draw: (data) => (data.name ? drawRoute(data) : [h('h1', {}, 'Routes'), routeTable(data.list.routes)]),
  },
  requests: {
    title: 'Requests',
    load: async (id) => id && !requestFilters.some(([name]) => name === id)
      ? { id, request: await get(`api/requests/${encodeURIComponent(id)}`) }
      : { filter: id || 'all', list: await get(`api/requests${id && id !== 'all' ? `?limit=1000&kept=${id}` : ''}`) },
    draw: (data) => (data.request ? drawRequest(data.request) : drawRequests(data)),
    isStill: (data) => Boolean(data && data.request),
  },
  backends: {
    title: 'Backends',
    load: (name) => get('api/backends').then((answer) => ({ ...answer, chosen: name })),
    draw: ({ backends, chosen }) => [h('h1', {}, 'Backends'), h('div', { class: 'stack' },
      backends.length ? worstFirst(backends).map((one) => drawBackend(one, chosen)) : h('p', { class: 'quiet' }, 'There are none.'))],
  },
  cache: { title: 'Cache', load: () => get('api/cache'), draw: drawCache },
  definitions: { title: 'Definitions', load: () => get('api/definitions'), draw: drawDefinitions },
  try: {
    title: 'Try',
    load: async (name) => ({ routes: (await get('api/routes')).routes, documented: await documented(), name }),
    draw: drawTry,
    isStill: (data) => Boolean(data),
  },
}

function headline({ wrong, now }) {
  if (wrong.some((one) => one.weight === 'bad')) return 'Something is wrong'
  if (wrong.length) return 'Something is worth a look'
  return now.requests ? 'All is well' : 'No requests in the last minute'
}

function wrongList(wrong) {
  if (!wrong.length) return h('ul', { class: 'wrong' }, h('li', { class: 'isFine' }, h('div', {}, 'Nothing is wrong that could be seen here.')))
  const places = { backend: 'backends', route: 'routes' }
  return h('ul', { class: 'wrong', 'aria-label': 'What is wrong now' }, wrong.map((one) => {
    const words = [h('strong', {}, one.name), `: ${one.words}`]
    const target = places[one.subject] ? href(places[one.subject], one.name) : one.name === 'definitions' ? href('definitions') : href('cache')
    return h('li', { class: one.weight === 'bad' ? 'isBad' : 'isWarning' }, h('a', { href: target }, words))
  }))
}

function charts({ now, series, step }) {
  const perSecond = series.requests.map((count) => count / step)
  const [errors, partial] = [shares(series.errors, series.requests), shares(series.partial, series.requests)]
  const hits = shares(series.cacheHits, series.cacheAsked)
  const worst = Math.max(0.05, ...errors.concat(partial).map((share) => share || 0))
  return [
    chart('Requests', [rate(now.requestsPerSecond), h('small', {}, ' per second')], 'the last 15 minutes',
      [[perSecond, '']],
      { area: true, words: `Requests per second: ${rate(now.requestsPerSecond)} in the last minute, at most ${rate(Math.max(...perSecond))} in 15 minutes` }),
    chart('Errors and partial answers', percent(now.errorShare), `${percent(now.partialShare)} partial`,
      [[partial, 'isWarning'], [errors, 'isBad']],
      { top: worst, words: `Errors: ${percent(now.errorShare)}, partial answers: ${percent(now.partialShare)} in the last minute` }),
    chart('Time', [time(now.p95), h('small', {}, ' p95')], `p50 ${time(now.p50)}, p99 ${time(now.p99)}`,
      [[series.p99, 'third'], [series.p50, 'second'], [series.p95, '']],
      { words: `Time of answers in the last minute: p50 ${time(now.p50)}, p95 ${time(now.p95)}, p99 ${time(now.p99)}` }),
    chart('Cache', [percent(now.cacheHitShare), h('small', {}, ' hits')], 'of requests that asked it',
      [[hits.map((share) => share), '']],
      { top: 1, words: `Cache hits: ${percent(now.cacheHitShare)} in the last minute` }),
  ]
}

function table(columns, rows, { caption, empty }) {
  if (!rows.length) return h('p', { class: 'quiet' }, empty)
  return h('div', { class: 'scroll' }, h('table', { class: 'cards', 'aria-label': caption },
    h('thead', {}, h('tr', {}, columns.map(([name, style]) => h('th', { scope: 'col', class: style === 'wide' ? null : style }, name)))),
    h('tbody', {}, rows.map((cells) => h('tr', {}, cells.map((cell, index) =>
      h('td', { class: columns[index][1], 'data-label': columns[index][0] }, cell)))))))
}

function shareCell(share, least = 0.05) {
  return h('span', { class: share >= least ? 'bad' : share ? null : 'quiet' }, percent(share))
}

function routeTable(routes) {
  return table(
    [['Route', 'wide'], ['Per second', 'num'], ['Errors', 'num'], ['Partial', 'num'], ['p50', 'num'], ['p95', 'num'], ['p99', 'num'], ['Cache hits', 'num']],
    routes.map((route) => [
      h('span', {}, h('a', { class: 'path', href: href('routes', route.name) }, route.name),
        route.hosts.length ? h('span', { class: 'soft small' }, ` ${route.hosts.join(', ')}`) : null),
      rate(route.requestsPerSecond), shareCell(route.errorShare),
      h('span', { class: route.partialShare >= 0.05 ? 'warning' : route.partialShare ? null : 'quiet' }, percent(route.partialShare)),
      time(route.p50), time(route.p95), time(route.p99), percent(route.cacheHitShare),
    ]),
    { caption: 'Routes', empty: 'No requests in the last minute.' })
}

function facts(list) {
  return h('dl', { class: 'facts' }, list.filter(([, value]) => value !== null && value !== undefined).map(([name, value, style]) =>
    h('div', {}, h('dt', {}, name), h('dd', { class: style }, value))))
}

// ---- One route

function drawRoute({ name, whole, requests }) {
  if (!whole.routes.length) return [h('h1', {}, name), h('p', {}, 'There is no such route any more.')]
  return whole.routes.map((route) => [
    h('h1', {}, route.name),
    facts([
      ['Per second', rate(route.requestsPerSecond)], ['Errors', shareCell(route.errorShare)], ['Partial', percent(route.partialShare)],
      ['p50', time(route.p50)], ['p95', time(route.p95)], ['p99', time(route.p99)], ['Cache hits', percent(route.cacheHitShare)],
    ]),
    h('p', { class: 'small quiet' }, `${route.kind} of ${route.bff}, ${route.place}`,
      route.policies.length ? `; policies: ${route.policies.join(', ')}` : ''),
    h('p', {}, h('a', { href: href('try', route.name) }, 'Try it')),
    route.calls.length ? [h('h2', {}, 'Calls, last minute'), graph(route), callTable(route)] : null,
    h('h2', {}, 'Its last requests'),
    requestTable(requests.requests, false),
  ])
}

// How a call fares: those that fail, and the one that the others wait for.
function heat(call, calls) {
  if (call.errorShare >= 0.05) return 'isBad'
  const slowest = Math.max(...calls.map((one) => one.p95 || 0))
  if (call.p95 >= 500 || (calls.length > 1 && slowest >= 50 && call.p95 === slowest)) return 'isWarning'
  return ''
}

function graph(route) {
  const [width, height, gapX, gapY] = [208, 74, 56, 18]
  const stages = []
  for (const call of route.calls) (stages[call.stage] = stages[call.stage] || []).push(call)
  const tallest = Math.max(...stages.map((stage) => stage.length))
  const whole = [(stages.length + 1) * (width + gapX) - gapX - 88, Math.max(1, tallest) * (height + gapY) - gapY + 4]
  const places = {}
  stages.forEach((stage, column) => stage.forEach((call, row) => {
    const offset = ((tallest - stage.length) * (height + gapY)) / 2
    places[call.name] = [column * (width + gapX) + 2, offset + row * (height + gapY) + 2]
  }))
  const middle = whole[1] / 2
  const curve = (x1, y1, x2, y2) => {
    const half = (x1 + x2) / 2
    return h('path', { class: 'edge', d: `M${x1} ${y1}C${half} ${y1} ${half} ${y2} ${x2} ${y2}` })
  }
  const waitedFor = new Set(route.calls.flatMap((call) => call.waits))
  const end = stages.length * (width + gapX)
  const edges = route.calls.flatMap((call) => {
    const [x, y] = places[call.name]
    const before = call.waits.map((name) => curve(places[name][0] + width, places[name][1] + height / 2, x, y + height / 2))
    return waitedFor.has(call.name) ? before : before.concat(curve(x + width, y + height / 2, end, middle))
  })
  const nodes = route.calls.map((call) => {
    const [x, y] = places[call.name]
    const kind = heat(call, route.calls)
    const marks = [call.required && 'required', call.writes && 'writes', call.cached && 'cached'].filter(Boolean).join(', ')
    return h('g', { class: `node ${kind}`, transform: `translate(${x} ${y})` },
      svgLink(href('backends', call.backend),
        h('title', { x: 0 }, `${call.request}: ${percent(call.errorShare)} failed, p95 ${time(call.p95)}`),
        h('rect', { width, height, rx: 8 }), h('rect', { class: 'bar', width: 4, height: height - 24, x: 0, y: 12, rx: 2 }),
        h('text', { class: 'name', x: 16, y: 24 }, clip(call.name, 22)),
        h('text', { class: 'note', x: 16, y: 43 }, clip([call.backend, marks].filter(Boolean).join(' · '), 28)),
        h('text', { class: 'note hot', x: 16, y: 61 }, `${percent(call.errorShare)} failed · p95 ${time(call.p95)}`)))
  })
  const answer = h('g', { class: 'node end', transform: `translate(${end} ${middle - 18})` },
    h('rect', { width: 116, height: 36, rx: 8 }), h('text', { x: 58, y: 23, 'text-anchor': 'middle' }, 'answer'))
  const words = `The calls of ${route.name} in ${stages.length} stages; the table below says the same.`
  return h('div', { class: 'graph', tabindex: 0, role: 'group', 'aria-label': words },
    h('svg', { width: whole[0], height: whole[1], viewBox: `0 0 ${whole[0]} ${whole[1]}` }, edges, nodes, answer))
}

function clip(text, length) {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}

function callTable(route) {
  return table(
    [['Call', 'wide'], ['Backend', ''], ['After', ''], ['Per second', 'num'], ['Failed', 'num'], ['p50', 'num'], ['p95', 'num'], ['p99', 'num']],
    route.calls.map((call) => [
      h('span', {}, h('strong', {}, call.name), h('span', { class: 'soft small' }, ` ${call.request}`)),
      h('a', { href: href('backends', call.backend) }, call.backend), call.waits.join(', ') || '–',
      rate(call.requestsPerSecond), shareCell(call.errorShare), time(call.p50),
      h('span', { class: heat(call, route.calls) === 'isWarning' ? 'warning' : null }, time(call.p95)), time(call.p99),
    ]),
    { caption: 'Calls', empty: '' })
}

// ---- Requests

const requestFilters = [['all', 'Last'], ['failed', 'Failed'], ['partial', 'Partial'], ['slow', 'Slow']]

function drawRequests({ filter, list }) {
  return [
    h('h1', {}, 'Requests'),
    h('p', { class: 'row chips' }, requestFilters.map(([name, words]) =>
      h('a', { href: href('requests', name), 'aria-current': filter === name ? 'true' : null }, words))),
    requestTable(list.requests, true),
    h('p', { class: 'small quiet foot' }, `Slow is what takes ${time(list.slowFrom)} or longer. Failed, partial and slow ones are kept longer than others.`),
  ]
}

function resultTag(request) {
  const kinds = { failed: 'isBad', partial: 'isWarning', answered: '' }
  const kind = request.status >= 500 ? 'isBad' : kinds[request.result] || ''
  return h('span', { class: `tag ${kind}` }, `${request.status || '–'} ${resultWords[request.result] || request.result}`)
}

function requestTable(requests, hasRoute) {
  return table(
    [['Time', ''], ['Request', 'wide'], ['Result', ''], ['Took', 'num'], ['Slowest part', ''], ['Failed parts', '']],
    requests.map((request) => [
      h('span', { class: 'soft' }, clock(request.time)),
      h('span', {}, h('a', { class: 'path', href: href('requests', request.id) }, `${request.method} ${request.path}`),
        hasRoute && !request.route ? h('span', { class: 'soft small' }, ' no route') : null,
        request.cache ? h('span', { class: 'soft small' }, ` ${request.cache}`) : null),
      resultTag(request), h('span', { class: request.kept === 'slow' ? 'warning' : null }, time(request.ms)),
      request.slowest ? `${request.slowest.name} ${time(request.slowest.ms)}` : '–',
      request.failed.length ? h('span', { class: 'warning' }, request.failed.join(', ')) : '–',
    ]),
    { caption: 'Requests', empty: 'There are none.' })
}

function drawRequest(request) {
  const longest = Math.max(request.ms, ...request.calls.map((call) => call.at + call.ms), 0.001)
  return [
    h('h1', {}, `${request.method} ${request.path}`),
    facts([
      ['Result', resultTag(request)], ['Took', time(request.ms)], ['At', clock(request.time), 'text'],
      ['Route', request.route ? h('a', { href: href('routes', request.route) }, request.route) : 'none', 'text'],
      ['Cache', request.cache, 'text'], ['Bytes', bytes(request.bytes), 'text'],
      ['Refused by', request.refused && `${request.refused.stage}: ${request.refused.why || ''}`, 'text'],
      ['Outcome', request.outcome, 'text'],
    ]),
    request.calls.length ? [
      h('h2', {}, 'Where the time went'),
      h('div', { class: 'waterfall' }, axis(longest), request.calls.map((call) => fall(call, longest))),
      h('p', { class: 'keys' }, [['queue', 'waiting for a place'], ['connect', 'connecting'], ['wait', 'waiting for the first byte'], ['body', 'body'], ['bad', 'failed']]
        .map(([kind, words]) => h('span', {}, h('svg', { viewBox: '0 0 10 10', 'aria-hidden': 'true' }, h('rect', { class: `part-${kind}`, width: 10, height: 10, rx: 2 })), words))),
    ] : h('p', { class: 'quiet' }, request.cache ? 'The cache had the answer: nothing was called.' : 'Nothing was called.'),
    h('h2', {}, 'Send it again'),
    h('pre', { class: 'wrap', tabindex: 0 }, request.curl),
    h('p', { class: 'row foot' }, h('button', { 'data-do': 'copy', 'data-text': request.curl }, 'Copy'),
      h('span', { class: 'small quiet' }, 'Secrets are left out.')),
    h('h2', {}, 'The request'),
    facts([
      ['Request id', request.id, 'text'], ['Trace id', request.trace, 'text'], ['Query', request.query, 'text'],
      ['Host', request.host, 'text'], ['Client', request.client, 'text'], ['Identity', request.identity, 'text'], ['Protocol', request.protocol, 'text'],
    ]),
  ]
}

function axis(longest) {
  const anchors = { 0: 'start', 100: 'end' }
  return h('div', { class: 'fall axis', 'aria-hidden': 'true' }, h('div', {}), h('div', { class: 'bars' }, h('svg', { height: 14 },
    [0, 25, 50, 75, 100].map((part) => h('text', { x: `${part}%`, y: 11, 'text-anchor': anchors[part] || 'middle' }, time((longest * part) / 100))))), h('div', {}))
}

function fall(call, longest) {
  const at = (ms) => `${((ms / longest) * 100).toFixed(2)}%`
  const row = 14
  const isFailed = !['ok', 'absent', 'skipped'].includes(call.outcome)
  const bars = call.attempts.flatMap((attempt, index) => {
    const parts = [['queue', attempt.queue]]
    const isBroken = attempt.outcome !== 'ok' || attempt.status >= 500
    if (attempt.firstByte === null) {
      parts.push(['connect', attempt.connect || 0], [isBroken ? 'bad' : 'wait', attempt.ms - (attempt.connect || 0)])
    } else {
      parts.push(['connect', attempt.connect || 0], [isBroken ? 'bad' : 'wait', attempt.firstByte], [isBroken ? 'bad' : 'body', attempt.body])
    }
    let start = attempt.at
    const words = `${attempt.address || 'no address'}: ${attempt.outcome}${attempt.status ? ` ${attempt.status}` : ''}; `
      + `queue ${time(attempt.queue)}, connect ${time(attempt.connect || 0)}, first byte ${time(attempt.firstByte)}, body ${time(attempt.body)}`
    return parts.map(([kind, length]) => {
      const x = start
      start += length
      if (!(length > 0)) return null
      return h('rect', { class: `part-${kind}`, x: at(x), width: at(Math.max(length, longest / 400)), y: index * row + 2, height: row - 4, rx: 2 },
        h('title', { x: 0 }, words))
    })
  })
  if (!call.attempts.length && call.ms >= 0) {
    bars.push(h('rect', { class: isFailed ? 'part-bad' : 'part-none', x: at(call.at), width: at(Math.max(call.ms, longest / 200)), y: 2, height: row - 4, rx: 2 }))
  }
  const height = Math.max(1, call.attempts.length) * row
  const notes = [
    outcomeWords[call.outcome] || call.outcome, call.status && !['ok'].includes(call.outcome) ? `status ${call.status}` : null,
    call.cache && `cache: ${call.cache}`, call.attemptCount > 1 && `${call.attemptCount} attempts`, call.hedged && 'hedged',
    call.used && `${call.used} used`, call.compensated && `compensation: ${call.compensated}`,
  ].filter(Boolean).join(' · ')
  const words = `${call.name}: ${notes}, from ${time(call.at)} for ${time(call.ms)}`
  return h('div', { class: 'fall' },
    h('div', { class: 'who' }, h('a', { href: href('backends', call.backend) }, h('strong', {}, call.name)),
      h('div', { class: `small ${isFailed ? 'bad' : 'soft'}` }, notes)),
    h('div', { class: 'bars' }, h('svg', { height, role: 'img', 'aria-label': words },
      [0, 25, 50, 75, 100].map((part) => h('line', { class: 'grid', x1: `${part}%`, x2: `${part}%`, y1: -9, y2: height + 9 })), bars)),
    h('div', { class: 'num' }, time(call.ms)))
}

// ---- Backends, cache, definitions

function worstFirst(backends) {
  const weights = { bad: 0, warning: 1 }
  const weight = (one) => weights[one.weight] ?? 2
  return [...backends].sort((a, b) => weight(a) - weight(b))
}

function drawBackend(backend, chosen) {
  const open = backend.addresses.some((address) => address.breaker && address.breaker !== 'closed')
  const hasBreaker = backend.addresses.some((address) => address.breaker)
  return h('section', { class: `card backend ${chosen === backend.name ? 'isThere' : ''}`, 'data-key': backend.name, id: `backend-${backend.name}` },
    h('div', { class: 'row apart' }, h('h3', {}, backend.name),
      hasBreaker ? h('button', { 'data-do': 'reset', 'data-backend': backend.name, disabled: !open }, 'Reset breaker') : null),
    backend.wrong ? h('p', { class: backend.weight === 'bad' ? 'bad' : 'warning' }, backend.wrong) : null,
    facts([
      ['Per second', rate(backend.requestsPerSecond)], ['Failed', shareCell(backend.errorShare)], ['p50', time(backend.p50)], ['p95', time(backend.p95)],
      ['p99', time(backend.p99)], ['Under way', backend.mostConcurrent ? `${backend.inFlight} of ${backend.mostConcurrent}` : backend.inFlight],
      ['Waiting', backend.mostConcurrent ? backend.waiting : null],
    ]),
    table(
      [['Address', 'wide'], ['Health', ''], ['Breaker', ''], ['Under way', 'num'], ['Failed', 'num'], ['p95', 'num'], ['', 'num']],
      backend.addresses.map((address) => [
        h('span', { class: 'code path' }, address.address),
        address.drained ? h('span', { class: 'tag isWarning' }, 'drained')
          : h('span', { class: `tag ${address.healthy ? '' : 'isBad'}` }, address.healthy ? 'healthy' : 'unhealthy'),
        address.breaker ? h('span', { class: `tag ${address.breaker === 'closed' ? '' : 'isBad'}` },
          address.breaker + (address.openFor ? ` for ${time(Math.ceil(address.openFor / 1000) * 1000)}` : '')) : '–',
        address.inFlight, shareCell(address.errorShare), time(address.p95),
        backend.addresses.length > 1
          ? h('button', {
            'data-do': address.drained ? 'undrain' : 'drain', 'data-backend': backend.name, 'data-address': address.address,
            'aria-label': `${address.drained ? 'Take back' : 'Drain'} ${address.address}`,
          }, address.drained ? 'Take back' : 'Drain')
          : null,
      ]),
      { caption: `Addresses of ${backend.name}`, empty: '' }))
}

function drawCache({ cache }) {
  if (!cache) return [h('h1', {}, 'Cache'), h('p', { class: 'quiet' }, 'No route and no call keeps anything.')]
  const { state, bytes: size, entries, hits, misses, evictions, refusal, ...others } = cache
  const states = { memory: 'in memory', connected: 'in memory and Redis', degraded: 'in memory; Redis can’t be reached' }
  return [
    h('h1', {}, 'Cache'),
    facts([
      ['Kept', states[state] || state, 'text'], ['Entries', entries.toLocaleString('en')], ['Size', bytes(size)],
      ['Hits', hits.toLocaleString('en')], ['Misses', misses.toLocaleString('en')], ['Evictions', evictions.toLocaleString('en')],
      ['Refusal', refusal, 'text'],
    ]),
    h('h2', {}, 'Purge'),
    h('form', { id: 'purge', 'data-form': 'purge' },
      h('div', { class: 'fields' },
        h('label', {}, 'What', h('select', { name: 'kind', 'data-kept': true },
          [['tag', 'all with a tag'], ['route', 'all of a route'], ['key', 'one by its key'], ['all', 'everything']]
            .map(([name, words]) => h('option', { value: name }, words)))),
        h('label', {}, 'Its name', h('input', { name: 'value', autocomplete: 'off', spellcheck: 'false' }))),
      h('p', {}, h('button', { class: 'main' }, 'Purge'))),
    h('h2', {}, 'Counters since the start'),
    h('p', { class: 'small quiet' }, 'Those that are zero are left out.'),
    facts(Object.entries(others).filter(([, value]) => typeof value === 'number' && value > 0)
      .map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`), value.toLocaleString('en')])),
  ]
}

let difference = null

function drawDefinitions({ fingerprint, lastReload, files }) {
  return [
    h('h1', {}, 'Definitions'),
    h('div', { class: 'row apart' },
      h('p', {}, 'Serving ', h('span', { class: 'code' }, fingerprint)), h('button', { class: 'main', 'data-do': 'reload' }, 'Reload')),
    difference ? [h('h2', {}, 'What changed'), h('pre', { class: 'wrap', tabindex: 0 }, difference)] : null,
    lastReload ? [
      h('h2', {}, `Last reload, ${clock(lastReload.time)}`),
      lastReload.result === 'refused'
        ? [h('p', { class: 'bad' }, 'It was refused; what was served before is served still.'), h('pre', { class: 'wrap', tabindex: 0 }, lastReload.text)]
        : h('pre', { class: 'wrap', tabindex: 0 }, lastReload.text),
    ] : null,
    h('h2', {}, 'Files'),
    files.map((file) => file.text === null
      ? h('p', { class: 'quiet' }, `${file.name}: nothing of it is shown`)
      : h('details', { 'data-key': file.name }, h('summary', {}, file.name), h('pre', { tabindex: 0 }, file.text))),
  ]
}

// ---- Trying a route

// The OpenAPI document of the routes, where this gateway has one.
async function documented() {
  const response = await ask('openapi.json').catch(() => null)
  return response && response.ok ? response.json().catch(() => null) : null
}

function operation(document, route, method) {
  if (!document || !document.paths) return null
  const path = route.path.replace(/[:*]([A-Za-z_][A-Za-z0-9_]*)/g, '{$1}')
  return (document.paths[path] || {})[method.toLowerCase()] || null
}

function drawTry({ routes, documented: document, name }) {
  if (!routes.length) return [h('h1', {}, 'Try'), h('p', { class: 'quiet' }, 'There are no routes.')]
  const route = routes.find((one) => one.name === name) || routes[0]
  const methods = route.methods.includes('ANY') ? ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] : route.methods
  const told = operation(document, route, methods[0])
  const parameters = (told && told.parameters) || []
  const inputs = (where) => parameters.filter((one) => one.in === where)
  const hasBody = methods.some((method) => !['GET', 'HEAD', 'DELETE'].includes(method))
  const field = (prefix, one) => h('label', {}, one.name + (one.required ? '' : ', optional'),
    h('input', { name: `${prefix}:${one.name}`, autocomplete: 'off', spellcheck: 'false', placeholder: one.description || (one.schema && one.schema.type) || null }))
  return [
    h('h1', {}, 'Try'),
    h('form', { 'data-form': 'try', 'data-key': route.name, 'data-path': route.path },
      h('label', {}, 'Route', h('select', { name: 'route', 'data-go': 'try' },
        routes.map((one) => h('option', { value: one.name, selected: one === route }, one.name)))),
      told && (told.summary || told.description) ? h('p', { class: 'quiet' }, told.summary || told.description) : null,
      methods.length > 1 ? h('label', {}, 'Method', h('select', { name: 'method' }, methods.map((one) => h('option', {}, one))))
        : h('input', { type: 'hidden', name: 'method', value: methods[0] }),
      route.captures.length ? h('div', { class: 'fields' }, route.captures.map((one) =>
        h('label', {}, one, h('input', { name: `path:${one}`, autocomplete: 'off', spellcheck: 'false' })))) : null,
      inputs('query').length ? h('div', { class: 'fields' }, inputs('query').map((one) => field('query', one))) : null,
      h('label', {}, 'Query', h('input', { name: 'query', autocomplete: 'off', spellcheck: 'false', placeholder: 'page=2&sort=name' })),
      inputs('header').length ? h('div', { class: 'fields' }, inputs('header').map((one) => field('header', one))) : null,
      h('label', {}, 'Headers, one a line', h('textarea', { class: 'code', name: 'headers', rows: 2, spellcheck: 'false', placeholder: 'Authorization: Bearer …' })),
      hasBody ? h('label', {}, 'Body', h('textarea', { class: 'code', name: 'body', rows: 6, spellcheck: 'false' })) : null,
      h('p', {}, h('button', { class: 'main' }, 'Send'))),
    h('div', { id: 'tried', 'data-kept': true, 'aria-live': 'polite' }),
  ]
}

async function tryRoute(form) {
  const fields = new FormData(form)
  let target = form.dataset.path.replace(/:([A-Za-z_][A-Za-z0-9_]*)/g, (_, name) => encodeURIComponent(fields.get(`path:${name}`) || ''))
  target = target.replace(/\*([A-Za-z_][A-Za-z0-9_]*)/g, (_, name) => encodeURI(fields.get(`path:${name}`) || ''))
  const pairs = [...fields].filter(([name, value]) => name.startsWith('query:') && value)
    .map(([name, value]) => `${encodeURIComponent(name.slice(6))}=${encodeURIComponent(value)}`)
  const query = [...pairs, fields.get('query').trim()].filter(Boolean).join('&').replace(/ /g, '%20')
  const headers = Object.fromEntries([...fields].filter(([name, value]) => name.startsWith('header:') && value)
    .map(([name, value]) => [name.slice(7), value]))
  for (const line of fields.get('headers').split('\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim()
  }
  const body = fields.get('body') || ''
  if (body && !Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')) headers['Content-Type'] = 'application/json'
  const { answer } = await post('api/try', { method: fields.get('method'), target: target + (query ? `?${query}` : ''), headers, body })
  const id = (answer.headers.find(([name]) => name.toLowerCase() === 'x-request-id') || [])[1]
  let text = answer.body
  try {
    text = JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    // It is shown as it came.
  }
  document.getElementById('tried').replaceChildren(
    h('h2', {}, 'Answer'),
    h('p', { class: 'row' }, h('span', { class: `tag ${answer.status >= 500 ? 'isBad' : answer.status < 400 ? 'isGood' : 'isWarning'}` }, answer.status),
      time(answer.ms), bytes(answer.bytes), id ? h('a', { href: href('requests', id) }, 'Where the time went') : null),
    h('pre', { class: 'wrap', tabindex: 0 }, text),
    h('details', {}, h('summary', {}, 'Headers'), h('pre', { tabindex: 0 }, answer.headers.map((line) => line.join(': ')).join('\n'))))
}

// ---- What buttons do

const deeds = {
  reset: async ({ backend }) => {
    await post(`api/backends/${encodeURIComponent(backend)}/reset`)
    say(`The breaker of ${backend} is closed.`)
  },
  drain: async ({ backend, address }) => {
    await post(`api/backends/${encodeURIComponent(backend)}/addresses/${encodeURIComponent(address)}/drain`)
    say(`${address} gets no further requests.`)
  },
  undrain: async ({ backend, address }) => {
    await post(`api/backends/${encodeURIComponent(backend)}/addresses/${encodeURIComponent(address)}/undrain`)
    say(`${address} takes requests again.`)
  },
  copy: async ({ text }) => {
    await navigator.clipboard.writeText(text)
    say('Copied.')
  },
  reload: async () => {
    const { ok, answer } = await post('reload')
    const signs = { added: '+', changed: '~', removed: '-' }
    difference = null
    if (!ok) return say('It was refused; what was served before is served still.')
    const lines = answer.changes.map((change) =>
      [signs[change.change], change.of === 'route' ? '' : change.of, change.name].filter(Boolean).join(' ')
      + (change.keys.length ? `: ${change.keys.join(', ')}` : ''))
    if (answer.needsRestart.length) lines.push(`note: only a restart takes over ${answer.needsRestart.join(', ')}`)
    difference = lines.join('\n') || null
    say(lines.length ? 'Reloaded.' : 'Reloaded: nothing changed.')
  },
}

const forms = {
  purge: async (form) => {
    const { kind, value } = Object.fromEntries(new FormData(form))
    if (kind !== 'all' && !value.trim()) throw new Error('say which')
    const { answer } = await post('purge', kind === 'all' ? { all: true } : { [kind]: value.trim() })
    say(answer.purged === 'everywhere' ? 'Purged everywhere.' : 'Purged here.')
  },
  try: tryRoute,
  token: async (form) => {
    sessionStorage.setItem(tokenName, new FormData(form).get('token'))
    needsToken = false
    if (listen.resume) listen.resume()
    await show()
  },
}

function attempt(work, control) {
  if (control) control.disabled = true
  work.catch((error) => say(`It did not work: ${error.message}.`)).finally(() => {
    if (control) control.disabled = false
    if (!needsToken) refresh(true)
  })
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-do]')
  if (button) attempt(deeds[button.dataset.do](button.dataset), button)
})
document.addEventListener('submit', (event) => {
  event.preventDefault()
  const form = event.target
  attempt(forms[form.dataset.form](form), form.querySelector('button'))
})
document.addEventListener('change', (event) => {
  if (event.target.dataset.go) location.hash = href(event.target.dataset.go, event.target.value)
})
document.addEventListener('pointermove', point)

// ---- Which view there is

let place = { view: 'overview', argument: undefined }
let shown = null
let isLoading = false

function locate() {
  const [view, argument] = location.hash.replace(/^#\/?/, '').split('/').map((part) => {
    try {
      return decodeURIComponent(part)
    } catch {
      return part
    }
  })
  place = { view: views[view] ? view : 'overview', argument: argument || undefined }
}

function showNavigation() {
  const links = Object.entries(views).map(([name, view]) =>
    h('a', { href: href(name), 'aria-current': place.view === name ? 'page' : null }, view.title))
  const nav = document.getElementById('nav')
  patch(nav, h('nav', { id: 'nav', 'aria-label': 'Views' }, links))
}

function draw(contents) {
  patch(document.getElementById('main'), h('main', { id: 'main', tabindex: -1 }, contents))
}

function showToken() {
  draw([h('h1', {}, 'This address wants its token'), h('form', { 'data-form': 'token' },
    h('label', {}, 'Token', h('input', { name: 'token', type: 'password', autocomplete: 'current-password', required: true })),
    h('p', {}, h('button', { class: 'main' }, 'Go on')),
    h('p', { class: 'small quiet' }, 'It is the one of admin.token in gateway.yaml, and is kept in this tab until it is closed.'))])
}

// Another view: from its beginning, and for a screen reader as well.
async function show() {
  locate()
  shown = null
  difference = null
  showNavigation()
  document.title = `${views[place.view].title} · Weft`
  await refresh(true)
  const chosen = document.querySelector('.isThere')
  if (chosen) chosen.scrollIntoView({ block: 'start' })
  else scrollTo(0, 0)
}

// The same view with figures of now. What stands still is left alone, unless something was done.
async function refresh(isForced) {
  const { view, argument } = place
  if (!isForced && (isLoading || (views[view].isStill && views[view].isStill(shown)))) return
  isLoading = true
  try {
    const data = await views[view].load(argument)
    if (view !== place.view || argument !== place.argument || needsToken) return
    draw(views[view].draw(data))
    shown = data
  } catch (error) {
    if (!(error instanceof Error) || error instanceof ReferenceError || error instanceof TypeError) console.error(error)
    if (!needsToken && !shown) draw([h('h1', {}, views[view].title), h('p', { class: 'bad' }, `It can’t be shown: ${error.message}.`)])
  } finally {
    isLoading = false
  }
}

addEventListener('hashchange', () => {
  show().then(() => document.getElementById('main').focus({ preventScroll: true }))
})
document.addEventListener('visibilitychange', () => document.hidden || refresh(true))
show()
listen()
