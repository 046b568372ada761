import type { CallReport } from '@app/persistence';
import type { CallReportDto } from './dto/report.dto.js';

const NONE = { language: null, summary: null, outcome: null, sentiment: null, followUps: [], tokens: null };

export const viewReport = (report: CallReport): CallReportDto =>
  report.state === 'failed' ? { ...NONE, ...report } : { ...report, followUps: [...report.followUps], failure: null };
