import { buildMessage, isEmail, ValidateBy } from 'class-validator';

/** As `IsEmail`, which throws at half a pair of surrogates: it measures an address as it would stand in a URI. */
export const IsEmailAddress = (): PropertyDecorator =>
  ValidateBy({
    name: 'isEmail',
    validator: {
      validate: (value) => typeof value === 'string' && value.isWellFormed() && isEmail(value),
      defaultMessage: buildMessage((each) => `${each}$property must be an email`),
    },
  });
