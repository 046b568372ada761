import { Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { Problem, type ProblemCode } from './problem.js';

/** Takes a UUID in a path. What is none is nobody's id, and answered with the same code as an id that is not known. */
export function idOf(notFound: ProblemCode): Type<PipeTransform<string, string>> {
  @Injectable()
  class IdPipe implements PipeTransform<string, string> {
    transform(id: string): string {
      if (!isUUID(id)) throw new Problem(notFound);
      return id.toLowerCase();
    }
  }
  return IdPipe;
}
