import { describe, expect, it } from '@jest/globals';
import { contactReply, routeReply, searchReply, USUAL_ROUTE_STYLE } from './ringover-replies.js';

describe('the answer to a question of routing', () => {
  it('is theirs, to the field', () => {
    expect(JSON.stringify(routeReply(['+33123456789'], USUAL_ROUTE_STYLE))).toBe(
      '{"name":"redirections","dispatch":"ringall","max_attempts":1,"start_delay":0,' +
        '"is_stay_not_connected":1,"is_stay_in_call":0,"is_stay_planned_snoozed":1,"is_stay_snoozed":0,"ring_overlap":0,' +
        '"agents":[{"agent_type":"agent_external","ring_duration":25,"ring_delay":0,"order":1,' +
        '"number":33123456789,"is_pre_answer":0,"is_caller_id":1,"is_head_line":0}]}',
    );
  });

  it('writes flags as it is told, and counts the order', () => {
    const style = { ...USUAL_ROUTE_STYLE, flagsAs: 'boolean', dispatch: 'x', agentType: 'y', ringS: 9 } as const;
    expect(routeReply(['+33123456789', '+33123456780'], style)).toMatchObject({
      ...{ dispatch: 'x', is_stay_not_connected: true, is_stay_snoozed: false },
      agents: [
        { agent_type: 'y', ring_duration: 9, order: 1, is_caller_id: true },
        { order: 2, number: 33_123_456_780 },
      ],
    });
  });

  it('may ring nobody', () => {
    expect(routeReply([], USUAL_ROUTE_STYLE)).toMatchObject({ name: 'redirections', agents: [] });
  });
});

describe('the answer about a contact', () => {
  const lea = { id: 'u-1', e164: '+33612345678', name: 'Léa de la Tour', facts: { company: 'ACME', age: 40, x: {} } };

  it('says who calls', () => {
    expect(contactReply(lea)).toEqual({
      ...{ uuid: 'u-1', firstname: 'Léa de la', lastname: 'Tour', company: 'ACME', url: '', is_shared: true },
      data: { company: 'ACME', age: '40' },
    });
  });

  it.each([
    [null, '', ''],
    ['Léa', 'Léa', ''],
    [' Léa  Durand ', 'Léa', 'Durand'],
  ])('splits the name %p', (name, firstname, lastname) => {
    expect(contactReply({ ...lea, name })).toMatchObject({ firstname, lastname });
  });

  it('lists those that were looked for, also none', () => {
    expect(searchReply([lea])).toEqual([
      {
        ...{ firstname: 'Léa de la', lastname: 'Tour', company: 'ACME', url: '' },
        numbers: [{ number: 33_612_345_678, type: 'mobile' }],
      },
    ]);
    expect(searchReply([])).toEqual([]);
  });
});
