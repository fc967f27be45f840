/** One line of a node's journal. */
export interface JournalEntry {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly step: number;
  readonly unit: string;
  /** `kubelet`, `systemd`: before the number in brackets. */
  readonly identifier: string;
  readonly pid: number;
  /** As syslog counts: 6 is information, 4 a warning, 3 an error. */
  readonly priority: number;
  readonly message: string;
}

export const INFORMATION = 6;
export const WARNING = 4;
export const ERROR = 3;

/** What a process of a unit has to say at one moment; its number comes from when the unit was started. */
export interface Line {
  readonly time: number;
  readonly step: number;
  readonly priority: number;
  readonly message: string;
}
