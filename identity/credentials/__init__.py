"""What proves who somebody is: kept, compared, slowed down."""
