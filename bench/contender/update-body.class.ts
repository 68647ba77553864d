import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

export class Build {
  @IsString()
  nvr!: string;

  @IsString()
  type!: string;

  @IsInt()
  @Min(0)
  epoch!: number;
}

export class Update {
  @IsString()
  @Matches(/^FEDORA-[0-9]{4}-[0-9a-f]{10}$/)
  alias!: string;

  @IsIn(['pending', 'testing', 'stable', 'unpushed', 'obsolete'])
  status!: string;

  @IsInt()
  karma!: number;

  @IsBoolean()
  critpath!: boolean;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Build)
  builds!: Build[];
}

export class Comment {
  @IsString()
  author!: string;

  @IsString()
  text!: string;

  @IsInt()
  @Min(-1)
  @Max(1)
  karma!: number;
}

/** The same rules as in the JSON Schema. */
export class UpdateBodyClass {
  @IsInt()
  @Min(0)
  n!: number;

  @IsString()
  agent!: string;

  @ValidateNested()
  @Type(() => Update)
  update!: Update;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Comment)
  comments!: Comment[];
}
