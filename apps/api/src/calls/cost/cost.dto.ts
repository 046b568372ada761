import { USAGE_WASTES, type PriceKnowledge, type ProviderStage, type UsageWaste } from '@app/conversation/ports';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsUUID, Matches } from 'class-validator';

const STAGES = ['recogniser', 'model', 'voice'] as const satisfies readonly ProviderStage[];
const KNOWN_FROM = ['operator', 'vendor', 'third-party', 'memory'] as const satisfies readonly PriceKnowledge[];
const COUNT = { type: 'integer', example: 0 } as const;
const USD = { type: 'number', example: 0.0123 } as const;
const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** A sum, and what is not in it. */
export class CostTotalDto {
  @ApiProperty({ enum: ['USD'] })
  readonly currency!: 'USD';

  @ApiProperty({ ...USD, nullable: true, description: 'Of what has a price; null: nothing that was used has one.' })
  readonly usd!: number | null;

  @ApiProperty({ ...USD, description: 'The part of it that served nobody.' })
  readonly wastedUsd!: number;

  @ApiProperty({ type: [String], description: 'Providers that were used and have no price: not in the sums.', example: [] }) // prettier-ignore
  readonly unpriced!: string[];
}

/** What one provider did. Amounts in which its stage has no part are 0. */
export class UsedAmountsDto {
  @ApiProperty({ enum: STAGES })
  readonly stage!: ProviderStage;

  @ApiProperty({ example: 'openai/gpt-6-luna' })
  readonly provider!: string;

  @ApiProperty({
    enum: USAGE_WASTES,
    nullable: true,
    description:
      'Null: it served. `speculation`: an answer to words that went on. `unheard`: made, and not heard by the caller. `second`: asked beside or after another. `broken`: it broke off.',
  })
  readonly waste!: UsageWaste | null;

  @ApiProperty({ ...COUNT, description: 'Times that it was asked; of a recogniser, utterances.' })
  readonly uses!: number;

  @ApiProperty({ ...COUNT, description: 'All of them: the next two, and sound, are parts.' })
  readonly inputTokens!: number;

  @ApiProperty(COUNT)
  readonly cachedInputTokens!: number;

  @ApiProperty({ ...COUNT, description: "Written into the vendor's cache, where that has its own price." })
  readonly writtenInputTokens!: number;

  @ApiProperty(COUNT)
  readonly outputTokens!: number;

  @ApiProperty({ ...COUNT, description: 'Of sound, in and out: parts of the tokens above.' })
  readonly audioTokens!: number;

  @ApiProperty({ ...COUNT, description: 'Told to a voice, figures spelled out.' })
  readonly characters!: number;

  @ApiProperty({ ...COUNT, description: 'Milliseconds of sound: heard by a recogniser, or made by a voice.' })
  readonly soundMs!: number;

  @ApiProperty({ ...USD, nullable: true, description: 'Null: nobody knows its price.' })
  readonly usd!: number | null;

  @ApiProperty({ description: 'Some of it was reckoned from lengths: the answer was stopped before its usage came.' })
  readonly estimated!: boolean;

  @ApiProperty({ ...COUNT, description: 'Uses of which nobody told how much they were: not in any amount.' })
  readonly unmetered!: number;
}

export class CostLineDto extends UsedAmountsDto {
  @ApiProperty({ type: 'integer', description: '0: the greeting.' })
  readonly turn!: number;

  @ApiProperty({ format: 'uuid', description: 'Who had the call then.' })
  readonly agentId!: string;
}

export class TurnCostDto extends CostTotalDto {
  @ApiProperty({ type: 'integer', description: '0: the greeting.' })
  readonly turn!: number;
}

export class ProviderCostDto extends CostTotalDto {
  @ApiProperty({ enum: STAGES })
  readonly stage!: ProviderStage;

  @ApiProperty({ example: 'openai/gpt-6-luna' })
  readonly provider!: string;
}

export class WasteCostDto {
  @ApiProperty({ enum: USAGE_WASTES })
  readonly waste!: UsageWaste;

  @ApiProperty({ ...USD, nullable: true })
  readonly usd!: number | null;
}

export class UsedPriceDto {
  @ApiProperty({ enum: STAGES })
  readonly stage!: ProviderStage;

  @ApiProperty({ example: 'openai/gpt-6-luna' })
  readonly provider!: string;

  @ApiProperty({ type: String, nullable: true, example: '2026-11-21', description: 'When it was read, or said to hold.' }) // prettier-ignore
  readonly date!: string | null;

  @ApiProperty({
    enum: KNOWN_FROM,
    description:
      "`operator`: told by this installation. `vendor`: the vendor's own page. `memory`: general knowledge, not looked up.",
  })
  readonly knownFrom!: PriceKnowledge;

  @ApiProperty({ example: "OpenAI's page of the model" })
  readonly source!: string;
}

export class CallCostDto extends CostTotalDto {
  @ApiProperty({ description: 'Stored with the call; else it is reckoned now, as far as the call has come.' })
  readonly isFinal!: boolean;

  @ApiProperty({ type: [TurnCostDto] })
  readonly turns!: TurnCostDto[];

  @ApiProperty({ type: [ProviderCostDto] })
  readonly providers!: ProviderCostDto[];

  @ApiProperty({ type: [WasteCostDto], description: 'What was wasted, by why.' })
  readonly waste!: WasteCostDto[];

  @ApiProperty({ type: [CostLineDto], description: 'All of it: what each provider did in each turn.' })
  readonly lines!: CostLineDto[];

  @ApiProperty({ type: [UsedPriceDto], description: 'Of the day on which the call began.' })
  readonly prices!: UsedPriceDto[];
}

export class ListCostsDto {
  @ApiPropertyOptional({ type: String, format: 'date', example: '2026-11-15', description: 'A day, UTC; a week before `to` if not told.' }) // prettier-ignore
  @IsOptional()
  @Matches(DAY, { message: 'from must be a day such as 2026-11-21' })
  readonly from?: string;

  @ApiPropertyOptional({ type: String, format: 'date', example: '2026-11-21', description: 'The last day, UTC; today if not told.' }) // prettier-ignore
  @IsOptional()
  @Matches(DAY, { message: 'to must be a day such as 2026-11-21' })
  readonly to?: string;

  @ApiPropertyOptional({ type: String, format: 'uuid' })
  @IsOptional()
  @IsUUID()
  readonly agentId?: string;
}

export class CostAgentDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'reception' })
  readonly slug!: string;

  @ApiProperty()
  readonly name!: string;
}

export class DayCostDto extends CostTotalDto {
  @ApiProperty({ format: 'date', example: '2026-11-21', description: 'UTC; on which its calls began.' })
  readonly day!: string;

  @ApiProperty({ type: CostAgentDto, nullable: true })
  readonly agent!: CostAgentDto | null;

  @ApiProperty({ type: 'integer', description: 'Calls of that day that the agent had, or had a part in.' })
  readonly calls!: number;

  @ApiProperty({ type: [UsedAmountsDto] })
  readonly providers!: UsedAmountsDto[];
}

export class DayCostsDto extends CostTotalDto {
  @ApiProperty({ format: 'date', example: '2026-11-15' })
  readonly from!: string;

  @ApiProperty({ format: 'date', example: '2026-11-21' })
  readonly to!: string;

  @ApiProperty({ type: [DayCostDto], description: 'Newest first; of calls whose record is stored.' })
  readonly days!: DayCostDto[];
}
