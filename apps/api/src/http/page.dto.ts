import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';

/** How much of a list is asked for at a time. */
export class LimitDto {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 25 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  readonly limit: number = 25;
}

/** How lists are asked for a part of them whose cursor is an id. */
export class PageDto extends LimitDto {
  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    description: '`nextCursor` of the page before, with the same filters.',
  })
  @IsOptional()
  @IsUUID()
  readonly cursor?: string;
}
