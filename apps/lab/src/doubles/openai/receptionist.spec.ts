import { describe, expect, it } from '@jest/globals';
import type { ChatMessage, ChatTool } from './chat.js';
import { answer } from './receptionist.js';

const tool = (name: string, properties: object = {}, required: string[] = []): ChatTool => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties, required } },
});
const TOOLS = [
  tool('find-free-slots', { date: { type: 'string' }, partOfDay: { type: 'string', enum: ['morning', 'afternoon'] } }),
  tool('book-appointment', { startsAt: {}, name: {}, phone: {}, subject: {} }, ['startsAt', 'name']),
  tool('end-call'),
];
const SLOTS = JSON.stringify({
  timezone: 'Europe/London',
  slots: [
    { startsAt: '2026-11-24T09:00:00+00:00', spoken: 'Tuesday 24 November at 09:00' },
    { startsAt: '2026-11-24T10:30:00+00:00', spoken: 'Tuesday 24 November at 10:30' },
    { startsAt: '2026-11-24T11:00:00+00:00', spoken: 'Tuesday 24 November at 11:00' },
  ],
});
const BOOKED = JSON.stringify({ status: 'booked', spoken: 'Tuesday 24 November at 10:30', reference: 'x' });

describe('the receptionist', () => {
  it('books an appointment over six turns, as far as it is asked to', () => {
    const call = conversation();
    expect(call.hear('i would like to book an appointment for a cleaning').text).toContain('Which day');
    expect(call.hear('tomorrow in the morning please').calls).toEqual([
      { name: 'find-free-slots', arguments: { date: '2026-11-22', partOfDay: 'morning' } },
    ]);
    expect(call.bring(SLOTS).text).toBe(
      "I have Tuesday 24 November at 9 o'clock, or at 10 30. Which one would you like?",
    );
    expect(call.hear('the second one please').text).toContain('What name');
    expect(call.hear('my name is tom baker').calls).toEqual([
      {
        name: 'book-appointment',
        arguments: { startsAt: '2026-11-24T10:30:00+00:00', name: 'Tom Baker', subject: 'cleaning' },
      },
    ]);
    expect(call.bring(BOOKED).text).toContain('Your appointment is booked for Tuesday 24 November at 10 30.');
    expect(call.hear('no thank you')).toEqual({
      text: 'Thank you for calling. Goodbye!',
      calls: [{ name: 'end-call', arguments: {} }],
    });
    expect(call.bring('{"status":"ended"}').text).toBe('');
  });

  it.each([
    ['what are your opening hours', 'Monday to Friday'],
    ['where are you located', 'Harbour Street'],
    ['how much does it cost', 'depends on the treatment'],
    ['what are your contact details', '020 7946 0958'],
    ['hello', 'Would you like to book'],
    ['thank you very much', 'You are welcome.'],
    ['purple monkey dishwasher', 'not sure that I understood'],
  ])('answers "%s"', (said, told) => {
    expect(conversation().hear(said).text).toContain(told);
  });

  it('has one answer that is long enough to be interrupted in its middle', () => {
    expect(conversation().hear('when are you open').text.match(/\./g)?.length).toBeGreaterThanOrEqual(4);
  });

  it('answers a question within a booking, and finds back', () => {
    const call = conversation();
    call.hear('i need an appointment on monday');
    call.bring(SLOTS);
    expect(call.hear('how much is it').text).toMatch(/depends.*Which one would you like\?/);
    expect(call.hear('what are your hours').text).toContain('Monday to Friday');
    expect(call.hear('at ten thirty please').text).toContain('What name');
    expect(call.hear('jane').calls[0]?.arguments).toMatchObject({
      startsAt: '2026-11-24T10:30:00+00:00',
      name: 'Jane',
    });
  });

  it('knows its question although the caller heard only its beginning', () => {
    const call = conversation();
    call.hear('i need an appointment on monday');
    call.bring(SLOTS, "I have Tuesday 24 November at 9 o'clock, or —");
    expect(call.hear('the first one').text).toContain('What name');
  });

  it('looks again when no slot suits', () => {
    const call = conversation();
    call.hear('i need an appointment on monday');
    call.bring(SLOTS);
    expect(call.hear('neither of them').text).toContain('Which day');
    expect(call.hear('friday afternoon').calls[0]?.arguments).toEqual({ date: '2026-11-27', partOfDay: 'afternoon' });
    expect(call.bring('{"slots":[]}').text).toContain('nothing free');
  });

  it('asks again for a day that it did not get, and takes any day for an answer', () => {
    const call = conversation();
    call.hear('book an appointment');
    expect(call.hear('the tomato road').text).toContain('did not get the day');
    expect(call.hear('the earliest there is').calls).toEqual([{ name: 'find-free-slots', arguments: {} }]);
  });

  it('says again what it said', () => {
    const call = conversation();
    const said = call.hear('where are you').text;
    expect(call.hear('sorry what did you say').text).toBe(said);
  });

  it('says that a booking failed', () => {
    const call = conversation();
    call.hear('i need an appointment on monday');
    call.bring(SLOTS);
    call.hear('the first');
    call.hear('jane');
    expect(call.bring('{"error":"refused","detail":"taken"}').text).toContain('did not work');
  });

  it('says goodbye without a function for it', () => {
    expect(answer([{ role: 'user', content: 'goodbye' }], [])).toEqual({
      text: 'Thank you for calling. Goodbye!',
      calls: [],
    });
  });

  it('finds its way with functions of other names and shapes', () => {
    const tools = [
      tool('calendar_available_times', { day: { type: 'string' }, moment: { type: 'string', enum: ['am', 'pm'] } }, [
        'day',
        'moment',
      ]),
      tool('reserve', { slot: {}, customer_name: {}, guests: { type: 'integer' } }, ['slot', 'guests']),
    ];
    const call = conversation(tools);
    expect(call.hear('book a table for tomorrow afternoon').calls).toEqual([
      { name: 'calendar_available_times', arguments: { day: '2026-11-22', moment: 'am' } },
    ]);
    expect(call.bring('{"times":["2026-11-22T19:00:00+01:00"]}').text).toContain("at 7 o'clock");
    call.hear('yes');
    expect(call.hear('it is Ann').calls).toEqual([
      { name: 'reserve', arguments: { slot: '2026-11-22T19:00:00+01:00', customer_name: 'Ann', guests: 1 } },
    ]);
  });

  it('puts a caller through who wants to speak to a human', () => {
    const tools = [...TOOLS, tool('transfer-call', { to: { type: 'string', enum: ['+33100000000'] } }, ['to'])];
    expect(conversation(tools).hear('can i speak to a human').calls).toEqual([
      { name: 'transfer-call', arguments: { to: '+33100000000' } },
    ]);
  });

  it('speaks French where it is told to', () => {
    const call = conversation(TOOLS, 'Speak French. The call began on 2026-11-21.');
    expect(call.hear('Je voudrais un rendez-vous.').text).toContain('Quel jour');
    expect(call.hear('Demain après-midi.').calls[0]?.arguments).toEqual({ date: '2026-11-22', partOfDay: 'afternoon' });
    expect(call.bring(SLOTS).text).toContain('Lequel préférez-vous');
    expect(call.hear('Le deuxième.').text).toContain('quel nom');
    expect(call.hear('Je m’appelle Zoé Éluard.').calls[0]?.arguments).toMatchObject({
      startsAt: '2026-11-24T10:30:00+00:00',
      name: 'Zoé Éluard',
    });
    expect(call.bring(BOOKED).text).toContain('réservé');
    expect(call.hear('Non merci, au revoir.').calls[0]?.name).toBe('end-call');
    expect(call.hear('Où êtes-vous ?').text).toContain('rue du Port');
    expect(call.hear('C’est quoi, l’adresse ?').text).toContain('rue du Port');
  });
});

/** Tells the receptionist all that came before, as an api does. */
function conversation(tools = TOOLS, system = 'Speak English. The call began on 2026-11-21 at 09:00 UTC (Saturday).') {
  const messages: ChatMessage[] = [{ role: 'system', content: system }];
  const next = (heard?: string) => {
    const told = answer(messages, tools);
    const calls = told.calls.map(({ name, arguments: args }) => ({
      id: name,
      function: { name, arguments: JSON.stringify(args) },
    }));
    messages.push({ role: 'assistant', content: heard ?? told.text, ...(calls.length > 0 && { tool_calls: calls }) });
    return told;
  };
  return {
    hear: (content: string) => {
      messages.push({ role: 'user', content });
      return next();
    },
    /** @param heard what the caller heard of the reply, when that was not all */
    bring: (content: string, heard?: string) => {
      messages.push({ role: 'tool', content, tool_call_id: 'any' });
      return next(heard);
    },
  };
}
