// Generated from schemas/avro by `pnpm generate`; do not edit.

/** What an event is about. */
export interface Subject {
  readonly type: 'container' | 'bill' | 'declaration' | 'call';
  readonly id: string;
  /** For a bill: booking, master or house. */
  readonly kind?: string | null | undefined;
}

/** Another identifier that an event names. */
export interface Reference {
  /** container, bill, declaration, call, truck or seal. */
  readonly type: string;
  readonly id: string;
  readonly kind?: string | null | undefined;
  readonly relation?: string | null | undefined;
}

/** The record Location of schemas/avro. */
export interface Location {
  readonly facility?: string | null | undefined;
  readonly berth?: string | null | undefined;
  readonly gate?: string | null | undefined;
  readonly position?: string | null | undefined;
}

/** The record Party of schemas/avro. */
export interface Party {
  readonly role: string;
  readonly code: string;
  readonly name?: string | null | undefined;
}

/** The record EventId of schemas/avro. */
export interface EventId {
  readonly source: string;
  readonly id: string;
}

/** Border inspection events. */
export interface BorderInspectionStatusEvent {
  /** Unique for port and source. */
  readonly id: string;
  /** report, correct or cancel. */
  readonly action: string;
  readonly replaces?: EventId | null | undefined;
  /** Canonical UN/LOCODE; also the record key. */
  readonly port: string;
  readonly source: string;
  readonly agency: string;
  /** A code of schemas/events.csv. */
  readonly code: string;
  readonly subject: Subject;
  readonly references: readonly Reference[];
  /** planned, estimated or actual. */
  readonly classifier: string;
  /** Epoch milliseconds. */
  readonly occurredAt: number;
  /** The time as the source wrote it. */
  readonly occurredAtText?: string | null | undefined;
  /** offset, partner, activity or port. */
  readonly zoneRule?: string | null | undefined;
  /** Epoch milliseconds. */
  readonly recordedAt?: number | null | undefined;
  /** When intake took it; a direct producer leaves it out and the append time stands. Epoch milliseconds. */
  readonly receivedAt?: number | null | undefined;
  readonly location?: Location | null | undefined;
  readonly parties: readonly Party[];
  /** A JSON object; unknown keys are kept. */
  readonly details?: string | null | undefined;
}

/** Carrier and agent events. */
export interface CarrierStatusEvent {
  /** Unique for port and source. */
  readonly id: string;
  /** report, correct or cancel. */
  readonly action: string;
  readonly replaces?: EventId | null | undefined;
  /** Canonical UN/LOCODE; also the record key. */
  readonly port: string;
  readonly source: string;
  readonly agency: string;
  /** A code of schemas/events.csv. */
  readonly code: string;
  readonly subject: Subject;
  readonly references: readonly Reference[];
  /** planned, estimated or actual. */
  readonly classifier: string;
  /** Epoch milliseconds. */
  readonly occurredAt: number;
  /** The time as the source wrote it. */
  readonly occurredAtText?: string | null | undefined;
  /** offset, partner, activity or port. */
  readonly zoneRule?: string | null | undefined;
  /** Epoch milliseconds. */
  readonly recordedAt?: number | null | undefined;
  /** When intake took it; a direct producer leaves it out and the append time stands. Epoch milliseconds. */
  readonly receivedAt?: number | null | undefined;
  readonly location?: Location | null | undefined;
  readonly parties: readonly Party[];
  /** A JSON object; unknown keys are kept. */
  readonly details?: string | null | undefined;
}

/** A tenant, key, grant or webhook by its key; a null value removes it. */
export interface ControlEntry {
  readonly kind: string;
  /** JSON. */
  readonly body: string;
}

/** Customs and quarantine events. */
export interface CustomsStatusEvent {
  /** Unique for port and source. */
  readonly id: string;
  /** report, correct or cancel. */
  readonly action: string;
  readonly replaces?: EventId | null | undefined;
  /** Canonical UN/LOCODE; also the record key. */
  readonly port: string;
  readonly source: string;
  readonly agency: string;
  /** A code of schemas/events.csv. */
  readonly code: string;
  readonly subject: Subject;
  readonly references: readonly Reference[];
  /** planned, estimated or actual. */
  readonly classifier: string;
  /** Epoch milliseconds. */
  readonly occurredAt: number;
  /** The time as the source wrote it. */
  readonly occurredAtText?: string | null | undefined;
  /** offset, partner, activity or port. */
  readonly zoneRule?: string | null | undefined;
  /** Epoch milliseconds. */
  readonly recordedAt?: number | null | undefined;
  /** When intake took it; a direct producer leaves it out and the append time stands. Epoch milliseconds. */
  readonly receivedAt?: number | null | undefined;
  readonly location?: Location | null | undefined;
  readonly parties: readonly Party[];
  /** A JSON object; unknown keys are kept. */
  readonly details?: string | null | undefined;
}

/** Refused input with its reason, whole. */
export interface DeadLetter {
  readonly id: string;
  /** A CQ_ code. */
  readonly code: string;
  readonly message: string;
  readonly pointer?: string | null | undefined;
  /** Where it was refused: intake, or the step of the processor. */
  readonly stage: string;
  readonly port?: string | null | undefined;
  readonly partner?: string | null | undefined;
  readonly rawId?: string | null | undefined;
  /** The source that the refused event names, as far as it could be read. */
  readonly source?: string | null | undefined;
  /** The id that the refused event names, as far as it could be read. */
  readonly eventId?: string | null | undefined;
  readonly topic?: string | null | undefined;
  readonly partition?: number | null | undefined;
  readonly offset?: number | null | undefined;
  /** The key of the refused record; longer ones are cut off beyond what is accepted. */
  readonly key?: string | null | undefined;
  /** Epoch milliseconds. */
  readonly refusedAt: number;
  readonly body: Uint8Array;
}

/** Maritime safety events. */
export interface MaritimeSafetyStatusEvent {
  /** Unique for port and source. */
  readonly id: string;
  /** report, correct or cancel. */
  readonly action: string;
  readonly replaces?: EventId | null | undefined;
  /** Canonical UN/LOCODE; also the record key. */
  readonly port: string;
  readonly source: string;
  readonly agency: string;
  /** A code of schemas/events.csv. */
  readonly code: string;
  readonly subject: Subject;
  readonly references: readonly Reference[];
  /** planned, estimated or actual. */
  readonly classifier: string;
  /** Epoch milliseconds. */
  readonly occurredAt: number;
  /** The time as the source wrote it. */
  readonly occurredAtText?: string | null | undefined;
  /** offset, partner, activity or port. */
  readonly zoneRule?: string | null | undefined;
  /** Epoch milliseconds. */
  readonly recordedAt?: number | null | undefined;
  /** When intake took it; a direct producer leaves it out and the append time stands. Epoch milliseconds. */
  readonly receivedAt?: number | null | undefined;
  readonly location?: Location | null | undefined;
  readonly parties: readonly Party[];
  /** A JSON object; unknown keys are kept. */
  readonly details?: string | null | undefined;
}

/** One piece (at most 512 KiB) of an input, byte for byte. */
export interface RawChunk {
  readonly rawId: string;
  /** From 0. */
  readonly chunk: number;
  readonly chunks: number;
  readonly port?: string | null | undefined;
  readonly partner: string;
  readonly format: string;
  readonly contentType?: string | null | undefined;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** Of the whole input, in hex. */
  readonly sha256: string;
  /** JSON array of findings; on chunk 0 only, else []. */
  readonly findings: string;
  readonly body: Uint8Array;
}

/** What a person decided about an event: a confirmation, or a correction. */
export interface ReviewStatusEvent {
  /** Unique for port and source. */
  readonly id: string;
  /** confirm or correct. */
  readonly action: string;
  readonly replaces?: EventId | null | undefined;
  /** Canonical UN/LOCODE; also the record key. */
  readonly port: string;
  readonly source: string;
  readonly agency: string;
  /** A code of schemas/events.csv. */
  readonly code: string;
  readonly subject: Subject;
  readonly references: readonly Reference[];
  /** planned, estimated or actual. */
  readonly classifier: string;
  /** Epoch milliseconds. */
  readonly occurredAt: number;
  /** The time as the source wrote it. */
  readonly occurredAtText?: string | null | undefined;
  /** offset, partner, activity or port. */
  readonly zoneRule?: string | null | undefined;
  /** Epoch milliseconds. */
  readonly recordedAt?: number | null | undefined;
  /** When intake took it; a direct producer leaves it out and the append time stands. Epoch milliseconds. */
  readonly receivedAt?: number | null | undefined;
  readonly location?: Location | null | undefined;
  readonly parties: readonly Party[];
  /** A JSON object; unknown keys are kept. */
  readonly details?: string | null | undefined;
}

/** Terminal, yard, depot and inland events. */
export interface TerminalStatusEvent {
  /** Unique for port and source. */
  readonly id: string;
  /** report, correct or cancel. */
  readonly action: string;
  readonly replaces?: EventId | null | undefined;
  /** Canonical UN/LOCODE; also the record key. */
  readonly port: string;
  readonly source: string;
  readonly agency: string;
  /** A code of schemas/events.csv. */
  readonly code: string;
  readonly subject: Subject;
  readonly references: readonly Reference[];
  /** planned, estimated or actual. */
  readonly classifier: string;
  /** Epoch milliseconds. */
  readonly occurredAt: number;
  /** The time as the source wrote it. */
  readonly occurredAtText?: string | null | undefined;
  /** offset, partner, activity or port. */
  readonly zoneRule?: string | null | undefined;
  /** Epoch milliseconds. */
  readonly recordedAt?: number | null | undefined;
  /** When intake took it; a direct producer leaves it out and the append time stands. Epoch milliseconds. */
  readonly receivedAt?: number | null | undefined;
  readonly location?: Location | null | undefined;
  readonly parties: readonly Party[];
  /** A JSON object; unknown keys are kept. */
  readonly details?: string | null | undefined;
}

/** One revision of one visit, as the gateway forwards it. */
export interface VisitUpdate {
  readonly visitId: string;
  /** UInt64 as decimal digits: epoch * 2^40 + sequence. */
  readonly revision: string;
  readonly epoch: number;
  readonly port: string;
  readonly container: string;
  readonly direction: string;
  readonly status: string;
  readonly bills: readonly string[];
  readonly declarations: readonly string[];
  readonly bookings: readonly string[];
  readonly calls: readonly string[];
  readonly holds: readonly string[];
  readonly codes: readonly string[];
  readonly cause: 'event' | 'due' | 'takeover' | 'merged';
  readonly changes: readonly string[];
  readonly supersedes: readonly string[];
  /** JSON array of the status events that caused it. */
  readonly events: string;
  /** The visit as JSON, as the API shows it. */
  readonly visit: string;
  /** Epoch milliseconds. */
  readonly appliedAt: number;
}

/** Every record's schema as it is registered: whole, with the named types inlined. */
export const recordSchemas = {
  BorderInspectionStatusEvent: '{"type":"record","name":"BorderInspectionStatusEvent","namespace":"org.clearquay","doc":"Border inspection events.","fields":[{"name":"id","type":"string","doc":"Unique for port and source."},{"name":"action","type":"string","default":"report","doc":"report, correct or cancel."},{"name":"replaces","type":["null",{"type":"record","name":"EventId","namespace":"org.clearquay","fields":[{"name":"source","type":"string"},{"name":"id","type":"string"}]}],"default":null},{"name":"port","type":"string","doc":"Canonical UN/LOCODE; also the record key."},{"name":"source","type":"string"},{"name":"agency","type":"string"},{"name":"code","type":"string","doc":"A code of schemas/events.csv."},{"name":"subject","type":{"type":"record","name":"Subject","namespace":"org.clearquay","doc":"What an event is about.","fields":[{"name":"type","type":{"type":"enum","name":"SubjectType","symbols":["container","bill","declaration","call"]}},{"name":"id","type":"string"},{"name":"kind","type":["null","string"],"default":null,"doc":"For a bill: booking, master or house."}]}},{"name":"references","type":{"type":"array","items":{"type":"record","name":"Reference","namespace":"org.clearquay","doc":"Another identifier that an event names.","fields":[{"name":"type","type":"string","doc":"container, bill, declaration, call, truck or seal."},{"name":"id","type":"string"},{"name":"kind","type":["null","string"],"default":null},{"name":"relation","type":["null","string"],"default":null}]}},"default":[]},{"name":"classifier","type":"string","default":"actual","doc":"planned, estimated or actual."},{"name":"occurredAt","type":{"type":"long","logicalType":"timestamp-millis"}},{"name":"occurredAtText","type":["null","string"],"default":null,"doc":"The time as the source wrote it."},{"name":"zoneRule","type":["null","string"],"default":null,"doc":"offset, partner, activity or port."},{"name":"recordedAt","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null},{"name":"receivedAt","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"When intake took it; a direct producer leaves it out and the append time stands."},{"name":"location","type":["null",{"type":"record","name":"Location","namespace":"org.clearquay","fields":[{"name":"facility","type":["null","string"],"default":null},{"name":"berth","type":["null","string"],"default":null},{"name":"gate","type":["null","string"],"default":null},{"name":"position","type":["null","string"],"default":null}]}],"default":null},{"name":"parties","type":{"type":"array","items":{"type":"record","name":"Party","namespace":"org.clearquay","fields":[{"name":"role","type":"string"},{"name":"code","type":"string"},{"name":"name","type":["null","string"],"default":null}]}},"default":[]},{"name":"details","type":["null","string"],"default":null,"doc":"A JSON object; unknown keys are kept."}]}',
  CarrierStatusEvent: '{"type":"record","name":"CarrierStatusEvent","namespace":"org.clearquay","doc":"Carrier and agent events.","fields":[{"name":"id","type":"string","doc":"Unique for port and source."},{"name":"action","type":"string","default":"report","doc":"report, correct or cancel."},{"name":"replaces","type":["null",{"type":"record","name":"EventId","namespace":"org.clearquay","fields":[{"name":"source","type":"string"},{"name":"id","type":"string"}]}],"default":null},{"name":"port","type":"string","doc":"Canonical UN/LOCODE; also the record key."},{"name":"source","type":"string"},{"name":"agency","type":"string"},{"name":"code","type":"string","doc":"A code of schemas/events.csv."},{"name":"subject","type":{"type":"record","name":"Subject","namespace":"org.clearquay","doc":"What an event is about.","fields":[{"name":"type","type":{"type":"enum","name":"SubjectType","symbols":["container","bill","declaration","call"]}},{"name":"id","type":"string"},{"name":"kind","type":["null","string"],"default":null,"doc":"For a bill: booking, master or house."}]}},{"name":"references","type":{"type":"array","items":{"type":"record","name":"Reference","namespace":"org.clearquay","doc":"Another identifier that an event names.","fields":[{"name":"type","type":"string","doc":"container, bill, declaration, call, truck or seal."},{"name":"id","type":"string"},{"name":"kind","type":["null","string"],"default":null},{"name":"relation","type":["null","string"],"default":null}]}},"default":[]},{"name":"classifier","type":"string","default":"actual","doc":"planned, estimated or actual."},{"name":"occurredAt","type":{"type":"long","logicalType":"timestamp-millis"}},{"name":"occurredAtText","type":["null","string"],"default":null,"doc":"The time as the source wrote it."},{"name":"zoneRule","type":["null","string"],"default":null,"doc":"offset, partner, activity or port."},{"name":"recordedAt","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null},{"name":"receivedAt","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"When intake took it; a direct producer leaves it out and the append time stands."},{"name":"location","type":["null",{"type":"record","name":"Location","namespace":"org.clearquay","fields":[{"name":"facility","type":["null","string"],"default":null},{"name":"berth","type":["null","string"],"default":null},{"name":"gate","type":["null","string"],"default":null},{"name":"position","type":["null","string"],"default":null}]}],"default":null},{"name":"parties","type":{"type":"array","items":{"type":"record","name":"Party","namespace":"org.clearquay","fields":[{"name":"role","type":"string"},{"name":"code","type":"string"},{"name":"name","type":["null","string"],"default":null}]}},"default":[]},{"name":"details","type":["null","string"],"default":null,"doc":"A JSON object; unknown keys are kept."}]}',
  ControlEntry: '{"type":"record","name":"ControlEntry","namespace":"org.clearquay","doc":"A tenant, key, grant or webhook by its key; a null value removes it.","fields":[{"name":"kind","type":"string"},{"name":"body","type":"string","doc":"JSON."}]}',
  CustomsStatusEvent: '{"type":"record","name":"CustomsStatusEvent","namespace":"org.clearquay","doc":"Customs and quarantine events.","fields":[{"name":"id","type":"string","doc":"Unique for port and source."},{"name":"action","type":"string","default":"report","doc":"report, correct or cancel."},{"name":"replaces","type":["null",{"type":"record","name":"EventId","namespace":"org.clearquay","fields":[{"name":"source","type":"string"},{"name":"id","type":"string"}]}],"default":null},{"name":"port","type":"string","doc":"Canonical UN/LOCODE; also the record key."},{"name":"source","type":"string"},{"name":"agency","type":"string"},{"name":"code","type":"string","doc":"A code of schemas/events.csv."},{"name":"subject","type":{"type":"record","name":"Subject","namespace":"org.clearquay","doc":"What an event is about.","fields":[{"name":"type","type":{"type":"enum","name":"SubjectType","symbols":["container","bill","declaration","call"]}},{"name":"id","type":"string"},{"name":"kind","type":["null","string"],"default":null,"doc":"For a bill: booking, master or house."}]}},{"name":"references","type":{"type":"array","items":{"type":"record","name":"Reference","namespace":"org.clearquay","doc":"Another identifier that an event names.","fields":[{"name":"type","type":"string","doc":"container, bill, declaration, call, truck or seal."},{"name":"id","type":"string"},{"name":"kind","type":["null","string"],"default":null},{"name":"relation","type":["null","string"],"default":null}]}},"default":[]},{"name":"classifier","type":"string","default":"actual","doc":"planned, estimated or actual."},{"name":"occurredAt","type":{"type":"long","logicalType":"timestamp-millis"}},{"name":"occurredAtText","type":["null","string"],"default":null,"doc":"The time as the source wrote it."},{"name":"zoneRule","type":["null","string"],"default":null,"doc":"offset, partner, activity or port."},{"name":"recordedAt","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null},{"name":"receivedAt","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"When intake took it; a direct producer leaves it out and the append time stands."},{"name":"location","type":["null",{"type":"record","name":"Location","namespace":"org.clearquay","fields":[{"name":"facility","type":["null","string"],"default":null},{"name":"berth","type":["null","string"],"default":null},{"name":"gate","type":["null","string"],"default":null},{"name":"position","type":["null","string"],"default":null}]}],"default":null},{"name":"parties","type":{"type":"array","items":{"type":"record","name":"Party","namespace":"org.clearquay","fields":[{"name":"role","type":"string"},{"name":"code","type":"string"},{"name":"name","type":["null","string"],"default":null}]}},"default":[]},{"name":"details","type":["null","string"],"default":null,"doc":"A JSON object; unknown keys are kept."}]}',
  DeadLetter: '{"type":"record","name":"DeadLetter","namespace":"org.clearquay","doc":"Refused input with its reason, whole.","fields":[{"name":"id","type":"string"},{"name":"code","type":"string","doc":"A CQ_ code."},{"name":"message","type":"string"},{"name":"pointer","type":["null","string"],"default":null},{"name":"stage","type":"string","doc":"Where it was refused: intake, or the step of the processor."},{"name":"port","type":["null","string"],"default":null},{"name":"partner","type":["null","string"],"default":null},{"name":"rawId","type":["null","string"],"default":null},{"name":"source","type":["null","string"],"default":null,"doc":"The source that the refused event names, as far as it could be read."},{"name":"eventId","type":["null","string"],"default":null,"doc":"The id that the refused event names, as far as it could be read."},{"name":"topic","type":["null","string"],"default":null},{"name":"partition","type":["null","int"],"default":null},{"name":"offset","type":["null","long"],"default":null},{"name":"key","type":["null","string"],"default":null,"doc":"The key of the refused record; longer ones are cut off beyond what is accepted."},{"name":"refusedAt","type":{"type":"long","logicalType":"timestamp-millis"}},{"name":"body","type":"bytes"}]}',
  MaritimeSafetyStatusEvent: '{"type":"record","name":"MaritimeSafetyStatusEvent","namespace":"org.clearquay","doc":"Maritime safety events.","fields":[{"name":"id","type":"string","doc":"Unique for port and source."},{"name":"action","type":"string","default":"report","doc":"report, correct or cancel."},{"name":"replaces","type":["null",{"type":"record","name":"EventId","namespace":"org.clearquay","fields":[{"name":"source","type":"string"},{"name":"id","type":"string"}]}],"default":null},{"name":"port","type":"string","doc":"Canonical UN/LOCODE; also the record key."},{"name":"source","type":"string"},{"name":"agency","type":"string"},{"name":"code","type":"string","doc":"A code of schemas/events.csv."},{"name":"subject","type":{"type":"record","name":"Subject","namespace":"org.clearquay","doc":"What an event is about.","fields":[{"name":"type","type":{"type":"enum","name":"SubjectType","symbols":["container","bill","declaration","call"]}},{"name":"id","type":"string"},{"name":"kind","type":["null","string"],"default":null,"doc":"For a bill: booking, master or house."}]}},{"name":"references","type":{"type":"array","items":{"type":"record","name":"Reference","namespace":"org.clearquay","doc":"Another identifier that an event names.","fields":[{"name":"type","type":"string","doc":"container, bill, declaration, call, truck or seal."},{"name":"id","type":"string"},{"name":"kind","type":["null","string"],"default":null},{"name":"relation","type":["null","string"],"default":null}]}},"default":[]},{"name":"classifier","type":"string","default":"actual","doc":"planned, estimated or actual."},{"name":"occurredAt","type":{"type":"long","logicalType":"timestamp-millis"}},{"name":"occurredAtText","type":["null","string"],"default":null,"doc":"The time as the source wrote it."},{"name":"zoneRule","type":["null","string"],"default":null,"doc":"offset, partner, activity or port."},{"name":"recordedAt","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null},{"name":"receivedAt","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"When intake took it; a direct producer leaves it out and the append time stands."},{"name":"location","type":["null",{"type":"record","name":"Location","namespace":"org.clearquay","fields":[{"name":"facility","type":["null","string"],"default":null},{"name":"berth","type":["null","string"],"default":null},{"name":"gate","type":["null","string"],"default":null},{"name":"position","type":["null","string"],"default":null}]}],"default":null},{"name":"parties","type":{"type":"array","items":{"type":"record","name":"Party","namespace":"org.clearquay","fields":[{"name":"role","type":"string"},{"name":"code","type":"string"},{"name":"name","type":["null","string"],"default":null}]}},"default":[]},{"name":"details","type":["null","string"],"default":null,"doc":"A JSON object; unknown keys are kept."}]}',
  RawChunk: '{"type":"record","name":"RawChunk","namespace":"org.clearquay","doc":"One piece (at most 512 KiB) of an input, byte for byte.","fields":[{"name":"rawId","type":"string"},{"name":"chunk","type":"int","doc":"From 0."},{"name":"chunks","type":"int"},{"name":"port","type":["null","string"],"default":null},{"name":"partner","type":"string"},{"name":"format","type":"string"},{"name":"contentType","type":["null","string"],"default":null},{"name":"receivedAt","type":{"type":"long","logicalType":"timestamp-millis"}},{"name":"sha256","type":"string","doc":"Of the whole input, in hex."},{"name":"findings","type":"string","doc":"JSON array of findings; on chunk 0 only, else []."},{"name":"body","type":"bytes"}]}',
  ReviewStatusEvent: '{"type":"record","name":"ReviewStatusEvent","namespace":"org.clearquay","doc":"What a person decided about an event: a confirmation, or a correction.","fields":[{"name":"id","type":"string","doc":"Unique for port and source."},{"name":"action","type":"string","default":"report","doc":"confirm or correct."},{"name":"replaces","type":["null",{"type":"record","name":"EventId","namespace":"org.clearquay","fields":[{"name":"source","type":"string"},{"name":"id","type":"string"}]}],"default":null},{"name":"port","type":"string","doc":"Canonical UN/LOCODE; also the record key."},{"name":"source","type":"string"},{"name":"agency","type":"string"},{"name":"code","type":"string","doc":"A code of schemas/events.csv."},{"name":"subject","type":{"type":"record","name":"Subject","namespace":"org.clearquay","doc":"What an event is about.","fields":[{"name":"type","type":{"type":"enum","name":"SubjectType","symbols":["container","bill","declaration","call"]}},{"name":"id","type":"string"},{"name":"kind","type":["null","string"],"default":null,"doc":"For a bill: booking, master or house."}]}},{"name":"references","type":{"type":"array","items":{"type":"record","name":"Reference","namespace":"org.clearquay","doc":"Another identifier that an event names.","fields":[{"name":"type","type":"string","doc":"container, bill, declaration, call, truck or seal."},{"name":"id","type":"string"},{"name":"kind","type":["null","string"],"default":null},{"name":"relation","type":["null","string"],"default":null}]}},"default":[]},{"name":"classifier","type":"string","default":"actual","doc":"planned, estimated or actual."},{"name":"occurredAt","type":{"type":"long","logicalType":"timestamp-millis"}},{"name":"occurredAtText","type":["null","string"],"default":null,"doc":"The time as the source wrote it."},{"name":"zoneRule","type":["null","string"],"default":null,"doc":"offset, partner, activity or port."},{"name":"recordedAt","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null},{"name":"receivedAt","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"When intake took it; a direct producer leaves it out and the append time stands."},{"name":"location","type":["null",{"type":"record","name":"Location","namespace":"org.clearquay","fields":[{"name":"facility","type":["null","string"],"default":null},{"name":"berth","type":["null","string"],"default":null},{"name":"gate","type":["null","string"],"default":null},{"name":"position","type":["null","string"],"default":null}]}],"default":null},{"name":"parties","type":{"type":"array","items":{"type":"record","name":"Party","namespace":"org.clearquay","fields":[{"name":"role","type":"string"},{"name":"code","type":"string"},{"name":"name","type":["null","string"],"default":null}]}},"default":[]},{"name":"details","type":["null","string"],"default":null,"doc":"A JSON object; unknown keys are kept."}]}',
  TerminalStatusEvent: '{"type":"record","name":"TerminalStatusEvent","namespace":"org.clearquay","doc":"Terminal, yard, depot and inland events.","fields":[{"name":"id","type":"string","doc":"Unique for port and source."},{"name":"action","type":"string","default":"report","doc":"report, correct or cancel."},{"name":"replaces","type":["null",{"type":"record","name":"EventId","namespace":"org.clearquay","fields":[{"name":"source","type":"string"},{"name":"id","type":"string"}]}],"default":null},{"name":"port","type":"string","doc":"Canonical UN/LOCODE; also the record key."},{"name":"source","type":"string"},{"name":"agency","type":"string"},{"name":"code","type":"string","doc":"A code of schemas/events.csv."},{"name":"subject","type":{"type":"record","name":"Subject","namespace":"org.clearquay","doc":"What an event is about.","fields":[{"name":"type","type":{"type":"enum","name":"SubjectType","symbols":["container","bill","declaration","call"]}},{"name":"id","type":"string"},{"name":"kind","type":["null","string"],"default":null,"doc":"For a bill: booking, master or house."}]}},{"name":"references","type":{"type":"array","items":{"type":"record","name":"Reference","namespace":"org.clearquay","doc":"Another identifier that an event names.","fields":[{"name":"type","type":"string","doc":"container, bill, declaration, call, truck or seal."},{"name":"id","type":"string"},{"name":"kind","type":["null","string"],"default":null},{"name":"relation","type":["null","string"],"default":null}]}},"default":[]},{"name":"classifier","type":"string","default":"actual","doc":"planned, estimated or actual."},{"name":"occurredAt","type":{"type":"long","logicalType":"timestamp-millis"}},{"name":"occurredAtText","type":["null","string"],"default":null,"doc":"The time as the source wrote it."},{"name":"zoneRule","type":["null","string"],"default":null,"doc":"offset, partner, activity or port."},{"name":"recordedAt","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null},{"name":"receivedAt","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"When intake took it; a direct producer leaves it out and the append time stands."},{"name":"location","type":["null",{"type":"record","name":"Location","namespace":"org.clearquay","fields":[{"name":"facility","type":["null","string"],"default":null},{"name":"berth","type":["null","string"],"default":null},{"name":"gate","type":["null","string"],"default":null},{"name":"position","type":["null","string"],"default":null}]}],"default":null},{"name":"parties","type":{"type":"array","items":{"type":"record","name":"Party","namespace":"org.clearquay","fields":[{"name":"role","type":"string"},{"name":"code","type":"string"},{"name":"name","type":["null","string"],"default":null}]}},"default":[]},{"name":"details","type":["null","string"],"default":null,"doc":"A JSON object; unknown keys are kept."}]}',
  VisitUpdate: '{"type":"record","name":"VisitUpdate","namespace":"org.clearquay","doc":"One revision of one visit, as the gateway forwards it.","fields":[{"name":"visitId","type":"string"},{"name":"revision","type":"string","doc":"UInt64 as decimal digits: epoch * 2^40 + sequence."},{"name":"epoch","type":"long"},{"name":"port","type":"string"},{"name":"container","type":"string"},{"name":"direction","type":"string"},{"name":"status","type":"string"},{"name":"bills","type":{"type":"array","items":"string"}},{"name":"declarations","type":{"type":"array","items":"string"}},{"name":"bookings","type":{"type":"array","items":"string"}},{"name":"calls","type":{"type":"array","items":"string"}},{"name":"holds","type":{"type":"array","items":"string"}},{"name":"codes","type":{"type":"array","items":"string"}},{"name":"cause","type":{"type":"enum","name":"Cause","symbols":["event","due","takeover","merged"]}},{"name":"changes","type":{"type":"array","items":"string"}},{"name":"supersedes","type":{"type":"array","items":"string"}},{"name":"events","type":"string","doc":"JSON array of the status events that caused it."},{"name":"visit","type":"string","doc":"The visit as JSON, as the API shows it."},{"name":"appliedAt","type":{"type":"long","logicalType":"timestamp-millis"}}]}',
} as const;
